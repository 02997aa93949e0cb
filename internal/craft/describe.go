package craft

import (
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/explain"
)

// Explain shows frame i of a recipe's sequence field by field, with what is
// wrong about it marked, and what was not asked for called a default.
func (r *Recipe) Explain(w io.Writer, s *Sequence, i uint64) error {
	b, err := s.Frame(i, nil)
	if err != nil {
		return err
	}
	fields, err := s.fields(b, i)
	if err != nil {
		return err
	}
	for k := range fields {
		r.annotate(&fields[k], s)
	}
	of := ""
	switch {
	case s.count == 0:
		of = fmt.Sprintf("%d of a sequence without end, ", i+1)
	case s.count > 1:
		of = fmt.Sprintf("%d of %d, ", i+1, s.count)
	}
	fmt.Fprintf(w, "frame %sof %d bytes\n", of, len(b))
	return explain.Write(w, b, fields)
}

// sound returns the sequence without what is wrong about it, so that its
// frames can be parsed: their fields stand where those of s do.
func (s *Sequence) sound() *Sequence {
	t := *s
	t.still, t.faults, t.checksum = nil, Faults{}, Checksum{}
	t.base = slices.Clone(s.base)
	kind, version := uint16(0x86dd), byte(0x60)
	if s.v4 {
		kind, version = 0x0800, 0x40
	}
	be.PutUint16(t.base[s.ip-2:], kind)
	t.base[s.ip] = version | s.base[s.ip]&15
	if s.v4 {
		t.ipSum = frame.UpdateChecksum(s.ipSum, s.base[s.ip:s.ip+2], t.base[s.ip:s.ip+2])
		return &t
	}
	for next, at := s.base[s.ip+6], s.ip+40; at < s.udp; {
		if next == frame.NextFragment {
			t.base[at+2], t.base[at+3] = 0, 0
		}
		next, at = s.base[at], at+extensionLen(next, s.base[at:])
	}
	return &t
}

// extensionLen is as in package frame: authentication headers count in words
// of four bytes.
func extensionLen(kind uint8, h []byte) int {
	switch kind {
	case frame.NextFragment:
		return 8
	case 51:
		return (int(h[1]) + 2) * 4
	}
	return (int(h[1]) + 1) * 8
}

// fields lists those of frame i, which is b, with faults marked.
func (s *Sequence) fields(b []byte, i uint64) ([]frame.Field, error) {
	twin := s.sound().make(i, nil)
	f, err := frame.Parse(twin)
	if err != nil {
		return nil, err
	}
	list := f.Fields()
	for k := range list {
		x := &list[k]
		end := x.Offset + x.Len
		if end > 8*len(b) {
			return s.cut(list[:k+1], b), nil
		}
		s.compare(x, b, twin)
	}
	return list, nil
}

// cut ends a list with the field that is cut off.
func (s *Sequence) cut(list []frame.Field, b []byte) []frame.Field {
	x := &list[len(list)-1]
	x.Value = "—"
	if at := x.Offset / 8; at < len(b) {
		x.Value = hex.EncodeToString(b[at:min(len(b), at+12)])
	}
	x.Note = fmt.Sprintf("%scut off after %d bytes", explain.Mark, len(b))
	return list
}

// compare makes a field of the sound frame one of b.
func (s *Sequence) compare(x *frame.Field, b, twin []byte) {
	got, want := bitsAt(b, x), bitsAt(twin, x)
	if got != want {
		right := x.Value
		x.Value = written(got, x)
		x.Note = s.verdict(x, right)
	}
	switch {
	case x.Layer == "Fragment" && x.Name == "M flag":
		x.Note = map[string]string{"0": "nothing to follow", "1": "more to follow"}[x.Value]
	case x.Layer == "Fragment" && x.Name == "Fragment Offset":
		x.Note = fmt.Sprintf("byte %d of the datagram", 8*got)
	case x.Name == "Padding" && slices.ContainsFunc(s.padding, func(c byte) bool { return c != 0 }):
		x.Value, x.Note = data(s.padding), explain.Mark+x.Note+", not zeros"
	case x.Name == "Padding":
		x.Value = data(s.padding)
	case x.Layer == "Payload":
		x.Value = data(b[x.Offset/8:][:x.Len/8])
	}
}

// verdict says what is to be thought of a field that differs.
func (s *Sequence) verdict(x *frame.Field, right string) string {
	switch name := x.Layer + " " + x.Name; {
	case name == "UDP Checksum" && s.v4 && s.checksum.Fixed && s.checksum.Value == 0:
		return "none"
	case name == "UDP Checksum", name == "UDP Length", x.Name == "Version", x.Name == "EtherType",
		name == "IPv4 Header Checksum" && s.faults.IPChecksum:
		return explain.Mark + "should be " + right
	case name == "IPv4 Header Checksum":
		return "right"
	}
	return ""
}

// bitsAt returns a field of at most 32 bits, 0 for a longer one: those never differ.
func bitsAt(b []byte, x *frame.Field) uint64 {
	if x.Len > 32 {
		return 0
	}
	var v uint64
	end := x.Offset + x.Len
	for i := x.Offset / 8; i <= (end-1)/8; i++ {
		v = v<<8 | uint64(b[i])
	}
	return v >> (uint(-end) % 8) & (1<<x.Len - 1)
}

// written writes a value as the field had it.
func written(v uint64, x *frame.Field) string {
	if strings.HasPrefix(x.Value, "0x") {
		return fmt.Sprintf("%#0*x", len(x.Value)-2, v)
	}
	return strconv.FormatUint(v, 10)
}

// data shortens a payload to what fits a line: as text, if it is that.
func data(b []byte) string {
	text := !slices.ContainsFunc(b, func(c byte) bool { return c != '\n' && c != '\t' && (c < ' ' || c > '~') })
	most := 12
	if text {
		most = 22
	}
	more := ""
	if len(b) > most {
		b, more = b[:most], "…"
	}
	if text {
		return strconv.Quote(string(b)) + more
	}
	return hex.EncodeToString(b) + more
}

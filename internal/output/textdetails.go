package output

import (
	"strconv"

	"netkmsg/kmsg"
)

// marks tell in front of the text what is odd about a record.
func (f *TextFormat) marks(l *textLine, m *kmsg.Message) {
	if m.Malformed != "" {
		l.mark("(malformed) ")
	}
	if m.Holes != nil {
		l.mark("(incomplete) ")
	}
	if m.Late {
		l.mark("(late) ")
	}
	if m.Replayed {
		l.mark("(replayed) ")
	}
	if m.Joined > 0 {
		l.mark("(" + strconv.Itoa(m.Joined) + " joined) ")
	}
}

func (l *textLine) mark(s string) {
	l.on(yellow)
	l.b = append(l.b, s...)
	l.off(yellow)
	l.col += len(s)
}

// details are the lines below the text: the header's fields that are worth it,
// then everything that came with the text.
func (f *TextFormat) details(l *textLine, m *kmsg.Message, indent int) {
	f.raw = appendHeader(f.raw[:0], m)
	if len(f.raw) > 0 {
		f.paragraph(l, f.raw, indent+2, dim)
	}
	for key, value := range m.Dictionary() {
		f.raw = kmsg.AppendUnescaped(f.raw[:0], key)
		f.entry(l, "dict ", value != nil, kmsg.AppendUnescaped(append(f.raw, '='), value), indent)
	}
	for key, value := range m.Userdata() {
		f.entry(l, "user ", value != nil, append(append(append(f.raw[:0], key...), '='), value...), indent)
	}
	for key, value := range m.Sysdata() {
		f.entry(l, "sys  ", value != nil, append(append(append(f.raw[:0], key...), '='), value...), indent)
	}
}

// entry writes a line key=value. A newline in it does not end the line.
func (f *TextFormat) entry(l *textLine, kind string, whole bool, s []byte, indent int) {
	f.raw = s
	if !whole {
		s = s[:len(s)-1]
	}
	l.to(indent+2, true)
	l.on(dim)
	l.b = append(l.b, kind...)
	l.off(dim)
	l.col += len(kind)
	f.row = appendSafe(f.row[:0], s)
	f.rows(l, f.row, l.col, dim)
}

func appendHeader(dst []byte, m *kmsg.Message) []byte {
	if m.Malformed != "" {
		return append(append(dst, "cause="...), m.Malformed...)
	}
	start := len(dst)
	if !m.Basic {
		dst = strconv.AppendUint(append(dst, " #"...), m.Seq, 10)
	}
	if facility := m.Facility(); facility != 0 {
		dst = append(dst, " facility="...)
		if facility < len(facilities) {
			dst = append(dst, facilities[facility]...)
		} else {
			dst = strconv.AppendInt(dst, int64(facility), 10)
		}
	}
	if caller := m.Caller(); caller != nil {
		dst = append(append(dst, " caller="...), caller...)
	}
	if m.Release != nil {
		dst = append(append(dst, " release="...), m.Release...)
	}
	if !m.Basic && m.Flag != '-' {
		dst = append(append(dst, " flag="...), m.Flag)
	}
	if m.Datagrams > 1 {
		dst = strconv.AppendInt(append(dst, " datagrams="...), int64(m.Datagrams), 10)
	}
	if m.Lost > 0 {
		dst = strconv.AppendUint(append(dst, " lost="...), m.Lost, 10)
	}
	if len(dst) > start {
		dst = append(dst[:start], dst[start+1:]...)
	}
	return dst
}

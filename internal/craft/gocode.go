package craft

import (
	"bytes"
	"fmt"
	"go/format"
	"net/netip"
	"strings"

	"netkmsg/frame"
)

// Go returns a program that builds frame i of the recipe's sequence with package
// frame and prints it in hexadecimal.
func (r *Recipe) Go(s *Sequence, i uint64) ([]byte, error) {
	b, err := s.Frame(i, nil)
	if err != nil {
		return nil, err
	}
	twin := s.sound().make(i, nil)
	f, err := frame.Parse(twin)
	if err != nil {
		return nil, err
	}
	var g strings.Builder
	imports := `"fmt"; "net/netip"; "os"`
	steps := s.patches(b, f)
	body := payloadCode(f.Payload)
	if strings.Contains(body+steps, "bytes.Repeat") {
		imports = `"bytes"; ` + imports
	}
	fmt.Fprintf(&g, "package main\n\nimport (%s\n\n\"netkmsg/frame\")\n\n", imports)
	fmt.Fprintf(&g, "// build returns %s.\nfunc build() ([]byte, error) {\n", s.title(i, len(b)))
	h := s.headerCode(f)
	fmt.Fprintf(&g, "%s\nt, err := h.Template()\nif err != nil {\nreturn nil, err\n}\n", h)
	if s.v4 && f.ID != 0 {
		fmt.Fprintf(&g, "t.SetID(%d)\n", f.ID)
	}
	fmt.Fprintf(&g, "b, err := t.Append(nil, %s)\nif err != nil {\nreturn nil, err\n}\n%sreturn b, nil\n}\n", body, steps)
	g.WriteString(`
func main() {
	b, err := build()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%x\n", b)
}
`)
	return format.Source([]byte(g.String()))
}

func (s *Sequence) title(i uint64, n int) string {
	if s.count == 1 {
		return fmt.Sprintf("a frame of %d bytes", n)
	}
	return fmt.Sprintf("frame %d of a sequence, of %d bytes", i+1, n)
}

// headerCode declares h.
func (s *Sequence) headerCode(f frame.Frame) string {
	var g strings.Builder
	if s.header.Source.Addr.Is6() && len(f.Extensions) > 0 {
		fmt.Fprintf(&g, "next, extensions := frame.ChainExtensions(\n%s)\n", s.chainCode(f))
	}
	g.WriteString("h := frame.Header{\n")
	end := func(name string, e frame.Endpoint) {
		fmt.Fprintf(&g, "%s: frame.Endpoint{MAC: %s, Addr: %s, Port: %d},\n", name, macCode(e.MAC), addrCode(e.Addr), e.Port)
	}
	end("Source", f.Source)
	end("Target", f.Target)
	if f.NumVLAN() > 0 {
		g.WriteString("VLANs: []frame.VLAN{\n")
		for i := range f.NumVLAN() {
			v := f.VLAN(i)
			fmt.Fprintf(&g, "{TPID: %#04x, Priority: %d, DropEligible: %t, ID: %d},\n", v.TPID, v.Priority, v.DropEligible, v.ID)
		}
		g.WriteString("},\n")
	}
	field := func(on bool, format string, v any) {
		if on {
			fmt.Fprintf(&g, format+",\n", v)
		}
	}
	field(f.TrafficClass != 0, "TrafficClass: %#02x", f.TrafficClass)
	field(f.FlowLabel != 0, "FlowLabel: %#05x", f.FlowLabel)
	field(f.HopLimit != 0, "HopLimit: %d", f.HopLimit)
	field(f.HopLimit == 0, "NoHops: %t", true)
	field(f.DontFragment, "DontFragment: %t", true)
	field(s.header.EtherType != 0, "EtherType: %#04x", s.header.EtherType)
	switch {
	case len(f.Extensions) == 0:
	case s.v4:
		fmt.Fprintf(&g, "Extensions: %s, // IPv4 options\n", bytesCode(f.Extensions))
	default:
		g.WriteString("NextHeader: next, Extensions: extensions,\n")
	}
	g.WriteString("}")
	return g.String()
}

// chainCode lists the arguments of frame.ChainExtensions: those of the base, as
// f's fragment header is that of a whole datagram.
func (s *Sequence) chainCode(f frame.Frame) string {
	var g strings.Builder
	rest := s.base[s.ip+40 : s.udp]
	for next := f.NextHeader; len(rest) > 0; {
		n := extensionLen(next, rest)
		if next == frame.NextFragment {
			place := be.Uint16(rest[2:])
			fmt.Fprintf(&g, "frame.FragmentHeader(%d, %t, %#x),\n", place&^7, place&1 != 0, be.Uint32(rest[4:]))
		} else {
			fmt.Fprintf(&g, "frame.Extension{Type: %d, Body: %s}, // %s\n", next, bytesCode(rest[:n]), extensionName(next))
		}
		next, rest = rest[0], rest[n:]
	}
	return g.String()
}

// patches are what is done to the bytes of a sound frame.
func (s *Sequence) patches(b []byte, f frame.Frame) string {
	var g strings.Builder
	put := func(at int, why string) {
		if at+2 <= len(b) {
			fmt.Fprintf(&g, "b[%d], b[%d] = %#02x, %#02x // %s\n", at, at+1, b[at], b[at+1], why)
		}
	}
	if s.faults.Version {
		fmt.Fprintf(&g, "b[%d] = b[%d]&15 | 0x50 // IP version 5\n", s.ip, s.ip)
		if s.v4 && !s.faults.IPChecksum {
			put(s.ip+10, "header checksum, right for this version")
		}
	}
	if s.faults.IPChecksum {
		put(s.ip+10, "wrong header checksum")
	}
	if s.faults.Length {
		put(s.udp+4, "UDP length, 8 too many")
	}
	if s.checksum.Fixed || s.faults.UDPChecksum {
		put(s.udp+6, "UDP checksum")
	}
	if n := len(s.padding); n > 0 {
		fmt.Fprintf(&g, "b = append(b, %s...) // padding\n", bytesCode(s.padding))
	}
	if s.faults.Truncated {
		fmt.Fprintf(&g, "b = b[:%d] // cut off\n", s.faults.Size)
	}
	return g.String()
}

func macCode(m frame.MAC) string {
	if m == frame.Broadcast {
		return "frame.Broadcast"
	}
	parts := make([]string, 6)
	for i, x := range m {
		parts[i] = fmt.Sprintf("%#02x", x)
	}
	return "frame.MAC{" + strings.Join(parts, ", ") + "}"
}

func addrCode(a netip.Addr) string { return fmt.Sprintf("netip.MustParseAddr(%q)", a) }

func payloadCode(b []byte) string {
	if data(b) == `"`+string(b)+`"` || len(b) == 0 {
		return fmt.Sprintf("[]byte(%q)", b)
	}
	return bytesCode(b)
}

// bytesCode writes bytes as an expression: those that are all the same briefly.
func bytesCode(b []byte) string {
	if len(b) > 8 && bytes.Count(b, b[:1]) == len(b) {
		if b[0] == 0 {
			return fmt.Sprintf("make([]byte, %d)", len(b))
		}
		return fmt.Sprintf("bytes.Repeat([]byte{%#02x}, %d)", b[0], len(b))
	}
	if len(b) > 24 {
		var g strings.Builder
		g.WriteString("[]byte(\"\" +\n")
		for at := 0; at < len(b); at += 16 {
			g.WriteString("\"")
			for _, x := range b[at:min(at+16, len(b))] {
				fmt.Fprintf(&g, "\\x%02x", x)
			}
			g.WriteString("\"")
			if at+16 < len(b) {
				g.WriteString(" +\n")
			}
		}
		g.WriteString(")")
		return g.String()
	}
	parts := make([]string, len(b))
	for i, x := range b {
		parts[i] = fmt.Sprintf("%#02x", x)
	}
	return "[]byte{" + strings.Join(parts, ", ") + "}"
}

package netconsole

import (
	"strings"

	"netkmsg/frame"
)

// span is a part of the line and where it starts.
type span struct {
	at   int
	text string
}

func (s span) end() int { return s.at + len(s.text) }

// from returns the part of s from its i-th byte on.
func (s span) from(i int) span { return span{s.at + i, s.text[i:]} }

// upto returns the first n bytes of s.
func (s span) upto(n int) span { return span{s.at, s.text[:n]} }

// failure is a syntax error, and which delimiter was not there if that is the reason.
type failure struct {
	SyntaxError
	missing byte
}

const comma = ','

// Some sixty copies of it would be 5 kB of the rescue binary.
//
//go:noinline
func fault(s span, msg, hint string) *failure {
	return &failure{SyntaxError: SyntaxError{Offset: s.at, Len: len(s.text), Msg: msg, Hint: hint}}
}

// cursor is what is left of a target.
type cursor struct{ span }

// skip takes c away if it comes next.
func (c *cursor) skip(b byte) bool {
	if c.text == "" || c.text[0] != b {
		return false
	}
	c.span = c.from(1)
	return true
}

// field takes the text up to the first delimiter away, and the delimiter. Like the kernel it never looks back: the first
// delimiter counts, wherever it was meant to be. Without one the field is the rest.
func (c *cursor) field(delim byte) (f span, ok bool) {
	i := strings.IndexByte(c.text, delim)
	if i < 0 {
		return c.span, false
	}
	f = c.upto(i)
	c.span = c.from(i + 1)
	return f, true
}

// parseTarget reads line[start:end] in the order of the kernel's netconsole_parser_cmdline. An empty field means the
// default.
func parseTarget(line string, start, end int) (Target, *failure) {
	t := Target{LocalPort: DefaultLocalPort, Device: DefaultDevice, RemotePort: DefaultRemotePort, RemoteMAC: frame.Broadcast}
	c := &cursor{span{start, line[start:end]}}
	whole := c.span
	if err := checkText(line, whole); err != nil {
		return t, err
	}
	t.Extended = c.skip('+')
	if err := c.release(&t); err != nil {
		return t, err
	}

	if !c.skip('@') {
		f, ok := c.field('@')
		if !ok {
			return t, noLocalPort(f)
		}
		if err := parsePort("source port", f, &t.LocalPort); err != nil {
			return t, localPortFault(whole, f, err)
		}
	}

	local := span{at: c.at}
	if !c.skip('/') {
		f, ok := c.field('/')
		if !ok {
			return t, noSlash(whole, f)
		}
		addr, ok := parseAddr(f.text)
		if !ok {
			return t, localAddrFault(whole, f, c.span)
		}
		local, t.LocalAddr = f, addr
	}

	if !c.skip(',') {
		f, ok := c.field(',')
		if !ok {
			return t, noComma(whole, local, f)
		}
		if err := parseDevice(f, local, &t.Device); err != nil {
			return t, err
		}
	}

	if !c.skip('@') {
		f, ok := c.field('@')
		if !ok {
			return t, noRemotePort(f)
		}
		if err := parsePort("target port", f, &t.RemotePort); err != nil {
			return t, err
		}
	}

	f, ok := c.field('/')
	if !ok {
		return t, noLastSlash(f)
	}
	if t.RemoteAddr, ok = parseAddr(f.text); !ok {
		return t, addrFault("target address", f)
	}
	if t.LocalAddr.IsValid() && t.LocalAddr.Is4() != t.RemoteAddr.Is4() {
		return t, familyFault(t, f)
	}
	if t.LocalAddr.IsValid() && t.LocalAddr.IsUnspecified() {
		t.LocalAddr = unset // it has fixed the family, and says nothing else
	}
	if t.AutoMAC = c.text == autoMAC; c.text != "" && !t.AutoMAC {
		return t, parseMAC("target MAC address", c.span, &t.RemoteMAC)
	}
	return t, nil
}

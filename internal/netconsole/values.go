package netconsole

import (
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"netkmsg/frame"
)

// How the kernel reads what is written to an attribute.

// text is what the kernel sees of a write: a C string.
func text(data []byte) string {
	s, _, _ := strings.Cut(string(data), "\x00")
	return s
}

// trimNewline drops one newline at the end.
func trimNewline(s string) string { return strings.TrimSuffix(s, "\n") }

// ParseBool reads a truth value as kstrtobool does: by the first letter, or two in the case of on and off; what follows
// is ignored.
func ParseBool(data []byte) (v, ok bool) {
	s := strings.ToLower(text(data)[:min(2, len(text(data)))])
	switch {
	case s == "":
		return false, false
	case strings.IndexByte("1yte", s[0]) >= 0, s == "on":
		return true, true
	case strings.IndexByte("0nfd", s[0]) >= 0, s == "of":
		return false, true
	}
	return false, false
}

func storeBool(v *bool, s string) error {
	b, ok := ParseBool([]byte(s))
	if !ok {
		return deny(syscall.EINVAL, "")
	}
	*v = b
	return nil
}

func showBool(v bool) string {
	if v {
		return "1\n"
	}
	return "0\n"
}

// storePort reads a port as kstrtou16 does: decimal, a + in front and a newline behind allowed. A number too long for 64
// bits is out of range whatever follows it; a shorter one only if nothing does.
func storePort(v *uint16, s string) error {
	s = strings.TrimPrefix(s, "+")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	n, err := strconv.ParseUint(s[:digits], 10, 64)
	rest := s[digits:]
	switch {
	case isRange(err):
		return deny(syscall.ERANGE, "")
	case err != nil, rest != "" && rest != "\n":
		return deny(syscall.EINVAL, "")
	case n > 0xffff:
		return deny(syscall.ERANGE, "")
	}
	*v = uint16(n)
	return nil
}

func storeMAC(v *frame.MAC, s string) error {
	if len(s) < macLen || len(s) > macLen && s[macLen] != '\n' {
		return deny(syscall.EINVAL, "")
	}
	m, err := frame.ParseMAC(s[:macLen])
	if err != nil {
		return deny(syscall.EINVAL, "")
	}
	*v = m
	return nil
}

// leadingAddr reads the address at the start of s and returns what follows. Any byte that can stand in no address ends it;
// a colon ends an IPv4 address too (in4_pton and in6_pton in net/core/utils.c).
func leadingAddr(s string) (netip.Addr, string) {
	body := s[:len(s)-len(strings.TrimLeft(s, "0123456789abcdefABCDEF:."))]
	v4, _, _ := strings.Cut(body, ":")
	if a, ok := parseAddr(v4); ok && a.Is4() {
		return a, s[len(v4):]
	}
	if a, ok := parseAddr(body); ok {
		return a, s[len(body):]
	}
	// The kernel lets :: stand for no group at all where another follows.
	if head, tail, ok := strings.Cut(body, "::"); ok && tail != "" && tail[0] != ':' && !strings.Contains(tail, "::") {
		if head != "" {
			head += ":"
		}
		if a, ok := parseAddr(head + tail); ok && a.Is6() {
			return a, s[len(body):]
		}
	}
	// An IPv4 address at the end of an IPv6 one may be followed by a colon.
	if i := strings.LastIndexByte(body, '.'); i >= 0 {
		if j := strings.IndexByte(body[i:], ':'); j >= 0 {
			if a, ok := parseAddr(body[:i+j]); ok {
				return a, s[i+j:]
			}
		}
	}
	return netip.Addr{}, s
}

// showAddr writes an address as the kernel's %pI4 and %pI6c do. The latter has the last four bytes of an ISATAP address
// in dotted form, as of an IPv4-mapped one.
func showAddr(a netip.Addr) string {
	if b := a.As16(); a.Is6() && b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe {
		v4 := netip.AddrFrom4([4]byte(b[12:])).String()
		copy(b[12:], "\x11\x11\x11\x11") // no zeros there that :: could swallow
		return strings.TrimSuffix(netip.AddrFrom16(b).String(), "1111:1111") + v4
	}
	return a.String()
}

package craft

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Addrs are the values of an IP address.
type Addrs struct {
	kind kind
	word string // own, own4, own6, linklocal, auto, or empty: addr counts
	nth  int    // of the device's own, from 1; 0: chosen for the peer
	addr netip.Addr
	n    uint64 // values of a sweep
	step uint64
	bits int // of the host part, for chance
}

const addrGrammar = "an IPv6 or IPv4 address, PREFIX/LEN, A-B, A+STEP, random:PREFIX/LEN, own, own4, own6, own:N or linklocal"

// ParseAddrs reads an address without zone; PREFIX/LEN or A-B, which are swept;
// A+STEP, which goes on with every frame; random:PREFIX/LEN; or one of the
// device's own: own (the one that netconsole would choose for the peer), own4,
// own6, own:N (the Nth, from 1, as `ip addr` lists them), linklocal (formed of
// the MAC address).
//
// A prefix with more than 2^32 addresses has no end to speak of, and is walked.
func ParseAddrs(s string) (Addrs, error) {
	bad := func() (Addrs, error) { return Addrs{}, fmt.Errorf("%q: want %s", s, addrGrammar) }
	switch s {
	case "own", "own4", "own6", "linklocal", "auto":
		return Addrs{word: s}, nil
	}
	if nth, ok := strings.CutPrefix(s, "own:"); ok {
		n, err := strconv.Atoi(nth)
		if err != nil || n < 1 {
			return bad()
		}
		return Addrs{word: "own", nth: n}, nil
	}
	body, random := strings.CutPrefix(s, "random:")
	if p, err := netip.ParsePrefix(body); err == nil {
		return prefix(p.Masked(), random), nil
	}
	if random {
		return bad()
	}
	first, last, span := strings.Cut(s, "-")
	base, step, walks := strings.Cut(s, "+")
	switch {
	case span:
		a, ok := parseAddr(first)
		b, ok2 := parseAddr(last)
		n := distance(a, b)
		if !ok || !ok2 || a.Is4() != b.Is4() || b.Less(a) || n == 0 {
			return bad()
		}
		return Addrs{kind: sweep, addr: a, n: n, step: 1}, nil
	case walks:
		a, ok := parseAddr(base)
		by, err := strconv.ParseUint(step, 0, 64)
		if !ok || err != nil || by == 0 {
			return bad()
		}
		return Addrs{kind: walk, addr: a, step: by}, nil
	}
	a, ok := parseAddr(s)
	if !ok {
		return bad()
	}
	return Addrs{addr: a}, nil
}

func parseAddr(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Zone() == ""
}

func prefix(p netip.Prefix, random bool) Addrs {
	a := Addrs{kind: sweep, addr: p.Addr(), step: 1, bits: p.Addr().BitLen() - p.Bits()}
	switch {
	case a.bits == 0:
		a.kind = fixed
	case random:
		a.kind = chance
	case a.bits > 32:
		a.kind = walk
	default:
		a.n = 1 << a.bits
	}
	return a
}

// distance returns how many addresses there are from a to b, both included, 0
// for more than 2^32.
func distance(a, b netip.Addr) uint64 {
	if !a.IsValid() || !b.IsValid() {
		return 0
	}
	x, y := a.As16(), b.As16()
	if [8]byte(x[:8]) != [8]byte(y[:8]) {
		return 0
	}
	n := binary.BigEndian.Uint64(y[8:]) - binary.BigEndian.Uint64(x[8:])
	if n >= 1<<32 {
		return 0
	}
	return n + 1
}

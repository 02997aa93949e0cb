package match

import (
	"fmt"
	"net/netip"
	"strings"
)

func srcIP(f *Frame) netip.Addr { return f.Source.Addr }
func dstIP(f *Frame) netip.Addr { return f.Target.Addr }

// addrs is the addresses from first to last, of one family.
type addrs struct{ first, last netip.Addr }

func (a addrs) has(x netip.Addr) bool {
	return x.BitLen() == a.first.BitLen() && a.first.Compare(x) <= 0 && x.Compare(a.last) <= 0
}

func (a addrs) version() int {
	if a.first.Is4() {
		return 4
	}
	return 6
}

// parseAddrs reads an address, PREFIX/LEN or A-B.
func parseAddrs(s string) (addrs, error) {
	bad := fmt.Errorf("%q: want an IPv6 or IPv4 address without zone, PREFIX/LEN or A-B", s)
	if p, err := netip.ParsePrefix(s); err == nil {
		return addrs{p.Masked().Addr(), last(p)}, nil
	}
	from, to, ranged := strings.Cut(s, "-")
	if !ranged {
		to = from
	}
	a, err := netip.ParseAddr(from)
	b, err2 := netip.ParseAddr(to)
	if err != nil || err2 != nil || a.Zone()+b.Zone() != "" || a.Is4() != b.Is4() || b.Less(a) {
		return addrs{}, bad
	}
	return addrs{a, b}, nil
}

// last returns the prefix's last address.
func last(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func addr(get func(*Frame) netip.Addr) func(string) (func(*Frame) bool, error) {
	return func(s string) (func(*Frame) bool, error) {
		want, err := parseAddrs(s)
		return func(f *Frame) bool { return want.has(get(f)) }, err
	}
}

func showIP(get func(*Frame) netip.Addr) func(*Frame) (string, string) {
	return func(f *Frame) (string, string) {
		if a := get(f); a.IsValid() {
			return a.String(), ""
		}
		return "", noIP(f)
	}
}

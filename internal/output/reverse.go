package output

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// ReverseDNS asks the system's resolver. A name counts only if it leads back to
// the address: whoever owns an address decides what it is called.
func ReverseDNS(ctx context.Context, addr netip.Addr) (string, error) {
	return confirmed(ctx, net.DefaultResolver, addr)
}

// resolver is the part of net.Resolver that is needed.
type resolver interface {
	LookupAddr(ctx context.Context, addr string) ([]string, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

func confirmed(ctx context.Context, r resolver, addr netip.Addr) (string, error) {
	names, err := r.LookupAddr(ctx, addr.String())
	if err != nil {
		return "", fmt.Errorf("look up the name of %s: %w", addr, err)
	}
	for _, name := range names {
		back, err := r.LookupNetIP(ctx, "ip", name)
		if err != nil {
			continue
		}
		for _, b := range back {
			if b.Unmap() == addr.Unmap() {
				return strings.TrimSuffix(name, "."), nil
			}
		}
	}
	return "", fmt.Errorf("look up the name of %s: none of its names %q leads back to it", addr, names)
}

// hostName reports whether s is a name that cannot be mistaken for an address or
// for anything but a name.
func hostName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	_, err := netip.ParseAddr(s)
	return err != nil
}

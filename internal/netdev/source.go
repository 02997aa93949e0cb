package netdev

import "net/netip"

// ChooseSource picks the source address that netpoll would take for remote from a device's addresses, which must be
// in the kernel's order (see Addresses). It returns false if none is of the right kind.
//
// The rule is netpoll_setup's (net/core/netpoll.c): for IPv4 the first address; for IPv6 the first that is link-local
// if remote is, and not if remote is not (corpus cases v4-src-*, v6-src-*). Prefixes, scope and preference count for
// nothing. As in ipv6_addr_type, multicast of link scope (ff02::1) is link-local; fec0::/10, ::, ::1 and IPv4-mapped
// addresses are not.
func ChooseSource(addrs []netip.Addr, remote netip.Addr) (netip.Addr, bool) {
	for _, a := range addrs {
		if a.Is4() != remote.Is4() || !a.IsValid() || !remote.IsValid() {
			continue
		}
		if a.Is4() || linkLocal(a) == linkLocal(remote) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

func linkLocal(a netip.Addr) bool {
	return !a.Is4In6() && (a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast())
}

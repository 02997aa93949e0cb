package nexthop

import "net/netip"

// Strayed reports whether the source address that netpoll would take is link-local, and the target behind a router: no
// router forwards that (RFC 4291, section 2.5.6).
func (r Result) Strayed() bool {
	src, _ := r.Kernel.Source(r.Question)
	return r.Via.IsValid() && src.Is6() && src.IsLinkLocalUnicast()
}

// Global returns a source address that routers forward: one that the device has, or else the one that it would form
// itself in a prefix of which a router tells (RFC 4862, section 5.5.3).
func (r Result) Global() (a netip.Addr, own, ok bool) {
	for _, x := range r.Kernel.Addrs {
		if a := x.Addr(); a.Is6() && a.IsGlobalUnicast() && !x.Temporary && !x.Tentative {
			return a, true, true
		}
	}
	for _, x := range r.Heard.Routers {
		for _, p := range x.Prefixes {
			if p.Autonomous && p.Bits() == 64 {
				b, id := p.Addr().As16(), r.Kernel.Link.MAC.LinkLocal().As16()
				copy(b[8:], id[8:])
				return netip.AddrFrom16(b), false, true
			}
		}
	}
	return netip.Addr{}, false, false
}

// Source returns the address from which frames arrive: that of netpoll, unless it would have to be another and none was
// asked for. Own says that the device has it.
func (r Result) Source() (a netip.Addr, own bool) {
	if r.Strayed() && !r.Question.Source.IsValid() {
		if a, own, ok := r.Global(); ok {
			return a, own
		}
	}
	return r.Kernel.Source(r.Question)
}

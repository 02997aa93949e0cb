package doctor

import (
	"fmt"
	"net/netip"

	"netkmsg/internal/netconsole"
)

// addresses looks at the IP addresses of both ends, and reports whether the target's can be reached at all.
func (f *findings) addresses() bool {
	t := f.Target.RemoteAddr
	switch {
	case t.IsUnspecified():
		f.add(Error, "target-unspecified", "the target address is "+t.String(), "It is nobody's.")
	case t.IsLoopback() && f.Link.Name != "lo":
		f.add(Error, "target-loopback", t.String()+" is every host's own", "No other host takes it.", "# write the receiver's address")
	case f.Local:
		f.add(Error, "target-local", t.String()+" is this host's own address", "The frames go out, and no other host takes them.", "# write the receiver's address")
	case t.Is4In6():
		f.add(Error, "target-mapped", t.String()+" is an IPv4 address in IPv6's clothes", "It is sent as IPv6, and nobody has this address on a wire.",
			f.with(func(c *netconsole.Target) { c.RemoteAddr = t.Unmap() }))
	default:
		f.sourceAddress()
		return true
	}
	return false
}

// usable reports whether a host can have the target address on this device.
func (f Facts) usable() bool {
	t := f.Target.RemoteAddr
	return !t.IsUnspecified() && !t.Is4In6() && !f.Local && (!t.IsLoopback() || f.Link.Name == "lo")
}

func (f *findings) sourceAddress() {
	src, own := f.source()
	dev := f.Link.Name
	switch {
	case !src.IsValid():
		f.add(Error, "no-source", dev+" has no IPv4 address", "Neither netkmsg nor the kernel's netconsole has a source address for the frames.",
			fmt.Sprintf("# name one; any will do that the receiver does not filter: %d@ADDRESS/%s,…", f.Target.LocalPort, dev))
		return
	case !own && f.Target.LocalAddr.IsValid():
		f.add(Note, "foreign-source", dev+" does not have the source address "+src.String(), "It is sent all the same. The receiver cannot answer to it.")
	case !own:
		f.add(Warning, "no-source", fmt.Sprintf("%s has no IPv6 address fit for %s", dev, f.Target.RemoteAddr),
			"The kernel's netconsole gives up. netkmsg takes "+src.String()+", made of the MAC address. With it in CONFIG both work.",
			f.with(func(t *netconsole.Target) {
				if !t.LocalAddr.IsValid() {
					t.LocalAddr = src
				}
			}))
	}
	f.scope(src)
	f.subnet(src)
	for _, a := range f.Hop.Kernel.Addrs {
		if a.Addr() != src {
			continue
		}
		if a.Temporary && !f.Target.LocalAddr.IsValid() {
			f.add(Warning, "temporary-source", src.String()+", the source address, is a temporary one (RFC 8981)",
				"netconsole keeps it when the host has long changed to another: the receiver sees an unknown host.",
				f.stable(src))
		}
		if a.Tentative {
			f.add(Warning, "tentative-source", src.String()+", the source address, is not known to be unique", "Another host may have it.", "ip -6 addr show dev "+dev)
		}
		if a.Deprecated {
			f.add(Warning, "deprecated-source", src.String()+", the source address, is deprecated", "The host is about to lose it.", f.stable(src))
		}
	}
}

// stable suggests an address that stays.
func (f *findings) stable(not netip.Addr) string {
	for _, a := range f.Hop.Kernel.Addrs {
		x := a.Addr()
		if x != not && !a.Temporary && !a.Tentative && !a.Deprecated && x.IsLinkLocalUnicast() == not.IsLinkLocalUnicast() {
			return f.with(func(t *netconsole.Target) { t.LocalAddr = x })
		}
	}
	return "# name a source address that stays"
}

// subnet looks for a source address that is not of the target's subnet where another one is: netpoll takes the device's
// first.
func (f *findings) subnet(src netip.Addr) {
	var better netip.Addr
	for _, a := range f.Hop.Kernel.Addrs {
		in := a.Contains(f.Target.RemoteAddr)
		if in && a.Addr() == src {
			return
		}
		if in && !better.IsValid() && !a.Temporary {
			better = a.Addr()
		}
	}
	if !better.IsValid() || f.Target.LocalAddr.IsValid() {
		return
	}
	f.add(Warning, "other-subnet", fmt.Sprintf("the source address is %s, while %s is in the subnet of %s", src, f.Target.RemoteAddr, better),
		"netconsole takes the device's first address. A receiver that filters by reverse path (rp_filter) drops the frames.",
		f.with(func(t *netconsole.Target) { t.LocalAddr = better }))
}

// scope looks for a source address that the router to the target does not forward.
func (f *findings) scope(src netip.Addr) {
	if !f.Hop.Strayed() {
		return
	}
	remedy := "# name a source address of the site's prefix"
	if a, _, ok := f.Hop.Global(); ok {
		remedy = f.with(func(t *netconsole.Target) { t.LocalAddr = a })
	}
	f.add(Error, "scope", fmt.Sprintf("the source %s is link-local, and %s is behind the router %s", src, f.Target.RemoteAddr, f.Hop.Via),
		"Routers do not forward what comes from a link-local address.", remedy)
}

package nexthop

import (
	"net/netip"
	"time"

	"netkmsg/internal/netdev"
)

// A Question is: to which MAC address do frames for Target go?
type Question struct {
	Device string // name or MAC address
	Target netip.Addr
	Source netip.Addr // of the frames to come; the zero Addr: as netpoll chooses it
	// Gateway takes the place of that of the kernel's route, if it is valid.
	Gateway netip.Addr
	// VLAN is that in which to ask, by tags of our own. What the kernel knows is about the network without tag.
	VLAN uint16
	// Limit is how long to wait for answers in all. Below 1.1 s a proxy that waits as long as RFC 4861 lets it may be missed.
	Limit time.Duration
	// Duplicates looks for other holders of the source address and the target's, which takes at least settleTime.
	Duplicates bool
}

// Kernel is what the kernel knows that bears on a Question.
type Kernel struct {
	Link       netdev.Link
	Addrs      []netdev.Address   // the device's of the target's family, in the kernel's order
	LinkLocal  netip.Addr         // a link-local IPv6 address of the device that is known to be unique, or none
	Route      netdev.Route       // to the target through the device
	RouteErr   error              // why there is no such Route
	Neighbours []netdev.Neighbour // of the device and the target's family
}

// gateway returns the next hop of the kernel's route.
func (k Kernel) gateway() (netip.Addr, bool) {
	return k.Route.Gateway, k.RouteErr == nil && k.Route.Gateway.IsValid()
}

// neighbour returns the kernel's own entry for an address, if it has a MAC address.
func (k Kernel) neighbour(a netip.Addr) (netdev.Neighbour, bool) {
	for _, n := range k.Neighbours {
		if n.Addr == a && n.MAC.IsUnicast() && n.State != "failed" && n.State != "incomplete" {
			return n, true
		}
	}
	return netdev.Neighbour{}, false
}

// has reports whether the device has an address that nobody contests.
func (k Kernel) has(a netip.Addr) bool {
	for _, x := range k.Addrs {
		if x.Addr() == a && !x.Tentative {
			return true
		}
	}
	return false
}

// Source returns the address of the frames to come, and whether the device has it.
func (k Kernel) Source(q Question) (a netip.Addr, own bool) {
	if q.Source.IsValid() {
		return q.Source, k.has(q.Source)
	}
	var addrs []netip.Addr
	for _, x := range k.Addrs {
		addrs = append(addrs, x.Addr())
	}
	if a, ok := netdev.ChooseSource(addrs, q.Target); ok {
		return a, true
	}
	if q.Target.Is6() {
		return k.Link.MAC.LinkLocal(), false
	}
	return netip.Addr{}, false
}

// query returns what is to be asked on the link. Whoever asks from an address tells everybody that it is his: only
// what the device has is used, or a stand-in that nobody has claimed, or no address at all.
func (k Kernel) query(q Question) Query {
	w := Query{MAC: k.Link.MAC, VLAN: q.VLAN, Every: min(q.Limit/(tries+1), retry)}
	from := k.from4(q)
	if q.Target.Is6() {
		if from = k.LinkLocal; !from.IsValid() {
			w.StandIn = k.Link.MAC.LinkLocal()
			from = w.StandIn
		}
	}
	if _, group := GroupMAC(q.Target); !group {
		w.Asks = append(w.Asks, Ask{q.Target, from})
	}
	if gw, ok := k.gateway(); ok && gw != q.Target && gw.Is4() == q.Target.Is4() {
		w.Asks = append(w.Asks, Ask{gw, from})
	}
	if src, _ := k.Source(q); q.Duplicates && src.IsValid() && src != w.StandIn {
		w.Asks = append(w.Asks, Ask{src, unspecified(src)})
	}
	w.Routers = from
	if q.Target.Is4() {
		if w.Routers = k.LinkLocal; !w.Routers.IsValid() {
			w.Routers = netip.IPv6Unspecified()
		}
	}
	return w
}

// from4 chooses the sender of ARP requests: some hosts answer their own subnet only.
func (k Kernel) from4(q Question) netip.Addr {
	from := netip.IPv4Unspecified()
	for _, x := range k.Addrs {
		if x.Contains(q.Target) {
			return x.Addr()
		}
		if from.IsUnspecified() {
			from = x.Addr()
		}
	}
	return from
}

func unspecified(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// OnLink reports whether the target is known to be a neighbour, and how.
func (k Kernel) OnLink(target netip.Addr, routers []Router) (how string, ok bool) {
	if target.Is6() && target.IsLinkLocalUnicast() {
		return "a link-local address", true
	}
	for _, x := range k.Addrs {
		if x.Contains(target) && x.Bits() < target.BitLen() {
			return "in the device's own " + x.Masked().String(), true
		}
	}
	for _, r := range routers {
		for _, p := range r.Prefixes {
			if p.OnLink && p.Contains(target) {
				return "in " + p.String() + ", which " + r.Addr.String() + " advertises as on-link", true
			}
		}
	}
	if k.RouteErr == nil && !k.Route.Gateway.IsValid() && k.Route.Prefix.IsValid() {
		return "the kernel's route " + k.Route.Prefix.String() + " has no gateway", true
	}
	return "", false
}

// OffLink reports whether the kernel knows enough to say that the target is no neighbour, and the gateway to it, if it
// knows one.
func (k Kernel) OffLink(target netip.Addr) (via netip.Addr, ok bool) {
	if _, group := GroupMAC(target); group {
		return via, false
	}
	if _, on := k.OnLink(target, nil); on {
		return via, false
	}
	if via, ok = k.gateway(); ok {
		return via, true
	}
	for _, x := range k.Addrs {
		if !x.Addr().IsLinkLocalUnicast() && x.Bits() < target.BitLen() {
			return via, true
		}
	}
	return via, false
}

const (
	settleTime = 150 * time.Millisecond // for second answers, and for better ones than a router's
	routerTime = 600 * time.Millisecond // for the target's own answer where all that is known is a router (RFC 4861: 0.5 s)
)

// enough reports whether there is nothing worth waiting for, at a time after the first question.
func (k Kernel) enough(q Question, h Heard, since time.Duration) bool {
	settled := func(after time.Duration) bool { return since >= after+settleTime || !q.Duplicates }
	if q.Duplicates && since < 2*settleTime {
		return false
	}
	if as := usable(h.Of(q.Target), q.VLAN); len(as) > 0 {
		return settled(as[0].After)
	}
	if _, ok := GroupMAC(q.Target); ok {
		return true
	}
	if _, on := k.OnLink(q.Target, h.Routers); on {
		return false
	}
	if gw, ok := k.gateway(); ok {
		as := usable(h.Of(gw), q.VLAN)
		return len(as) > 0 && since >= as[0].After+settleTime
	}
	r, ok := defaultRouter(h.Routers)
	return ok && q.Target.Is6() && since >= r.After+routerTime
}

// usable returns the answers that came with the right VLAN tag, or without: others are for another device.
func usable(as []Answer, vlan uint16) (us []Answer) {
	for _, a := range as {
		if a.Tag == vlan {
			us = append(us, a)
		}
	}
	return us
}

// defaultRouter returns the most preferred router of those that are default routers.
func defaultRouter(rs []Router) (best Router, ok bool) {
	for _, r := range rs {
		if r.Lifetime > 0 && (!ok || r.Preference > best.Preference) {
			best, ok = r, true
		}
	}
	return best, ok
}

package nexthop

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
)

// A Fact is one thing that was found out, and how it is known.
type Fact struct {
	About string // device, source, target, route, gateway, router or wire
	Text  string
}

// facts gathers them.
type facts struct {
	Result
	list []Fact
}

func (f *facts) add(about, format string, args ...any) {
	f.list = append(f.list, Fact{about, fmt.Sprintf(format, args...)})
}

// Facts returns all that was found out, for people. They are not part of the Result, so that a program that does not
// show them does without their words.
func (r Result) Facts() []Fact {
	f := &facts{Result: r}
	state := "up"
	if !r.Kernel.Link.Carrier {
		state = "up, without carrier"
	}
	f.add("device", "%s is %s, MAC address %s", r.Kernel.Link.Name, state, r.Kernel.Link.MAC)
	f.source()
	if _, ok := GroupMAC(r.Target); ok {
		f.add("target", "%s is a group: its MAC address follows from it", r.Target)
		return f.list
	}
	f.answers("target", r.Target)
	f.route()
	f.routers()
	for _, id := range slices.Sorted(maps.Keys(r.Heard.Tags)) {
		f.add("wire", "frames tagged VLAN %d arrive: a VLAN device (%s.%d), or send --vlan %d, would send there", id, r.Kernel.Link.Name, id, id)
	}
	if r.MAC == (frame.MAC{}) && r.Heard.Frames == 0 {
		f.add("wire", "no frame of ARP or neighbour discovery was heard from anybody")
	}
	return f.list
}

func (f *facts) source() {
	src, own := f.Source()
	dev := f.Kernel.Link.Name
	switch netpoll, _ := f.Kernel.Source(f.Question); {
	case own && src != netpoll:
		f.add("source", "%s, of %s: a router does not forward %s, which netpoll takes", src, dev, netpoll)
	case src != netpoll:
		f.add("source", "%s, formed in the router's prefix: it does not forward %s, made of the MAC address", src, netpoll)
	case !src.IsValid():
		f.add("source", "none: %s has no IPv4 address", dev)
	case own && f.Question.Source.IsValid():
		f.add("source", "%s, as given; %s has it", src, dev)
	case own:
		f.add("source", "%s, the address of %s that netpoll takes", src, dev)
	case f.Question.Source.IsValid():
		f.add("source", "%s, as given; %s does not have it", src, dev)
	default:
		f.add("source", "%s, made of the MAC address, as %s has no address of this kind", src, dev)
	}
}

// answers tells what came for an address, and what the kernel remembers.
func (f *facts) answers(about string, addr netip.Addr) {
	as := f.Heard.Of(addr)
	if len(as) == 0 {
		f.add(about, "%s did not answer: %s in %s", addr, f.tried(addr), show(f.Waited))
	}
	for _, a := range as {
		s := fmt.Sprintf("%s %s: %s", addr, a.how(), a.MAC)
		if a.From != (frame.MAC{}) {
			s += fmt.Sprintf(" (says %s)", a.From)
		}
		if a.Tag != 0 {
			s += fmt.Sprintf(" in VLAN %d", a.Tag)
		}
		f.add(about, "%s", s)
	}
	if n, ok := f.Kernel.neighbour(addr); ok {
		f.add(about, "%s is %s in the kernel's neighbour table (%s)", addr, n.MAC, n.State)
	}
}

func (f *facts) route() {
	k := f.Kernel
	gw, ok := k.gateway()
	how, on := k.OnLink(f.Target, f.Heard.Routers)
	if ok {
		f.add("route", "the kernel has %s via %s (%s)", name(k.Route.Prefix), gw, k.Route.Origin)
	}
	switch {
	case on:
		f.add("route", "no gateway is needed: %s", how)
	case ok:
		f.answers("gateway", gw)
	case errors.Is(k.RouteErr, netdev.ErrNoRoute):
		f.add("route", "the kernel has none to %s through %s", f.Target, k.Link.Name)
	default:
		if kind, ok := netdev.Forbids(k.RouteErr); ok {
			f.add("route", "the kernel's forbids to send (%s); netconsole does not ask the routes", kind)
		}
	}
}

func name(p netip.Prefix) string {
	if p.Bits() == 0 {
		return "default"
	}
	return p.String()
}

// routers tells who advertised itself.
func (f *facts) routers() {
	for _, x := range f.Heard.Routers {
		f.add("router", "%s", x.sentence())
	}
	if best, ok := defaultRouter(f.Heard.Routers); ok && f.MAC == (frame.MAC{}) && f.Target.Is4() {
		f.add("gateway", "not known: IPv4 routers do not tell; an IPv6 router is at %s, which may be the same", best.MAC)
	}
}

func (r Router) sentence() string {
	s := fmt.Sprintf("%s advertised itself in %s: %s", r.Addr, show(r.After), r.MAC)
	if r.Lifetime > 0 {
		s += fmt.Sprintf(", default router for %d s", int(r.Lifetime.Seconds()))
	} else {
		s += ", no default router"
	}
	for _, p := range r.Prefixes {
		if p.OnLink {
			s += ", on-link " + p.String()
		} else {
			s += ", " + p.String()
		}
	}
	if r.Managed {
		s += ", addresses by DHCPv6"
	}
	return s
}

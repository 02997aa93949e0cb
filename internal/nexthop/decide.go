package nexthop

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
)

// A Result is the answer to a Question and what it rests on.
type Result struct {
	Question
	Kernel Kernel
	Heard  Heard
	Waited time.Duration

	MAC    frame.MAC  // where frames for the target go; zero if it is not known
	Via    netip.Addr // the gateway whose MAC address that is; not valid if it is the target's own
	How    string     // how MAC is known
	Facts  []Fact
	Doubts []string // what speaks against MAC, or against its lasting
}

// A Fact is one thing that was found out, and how it is known.
type Fact struct {
	About string // device, source, route, target, gateway, router, wire
	Text  string
}

func (r *Result) fact(about, format string, args ...any) {
	r.Facts = append(r.Facts, Fact{about, fmt.Sprintf(format, args...)})
}

func (r *Result) doubt(format string, args ...any) {
	r.Doubts = append(r.Doubts, fmt.Sprintf(format, args...))
}

func (r *Result) found(mac frame.MAC, via netip.Addr, how string) {
	if r.MAC == (frame.MAC{}) {
		r.MAC, r.Via, r.How = mac, via, how
	}
}

// Decide draws the conclusion from what the kernel knows and what was heard within some time. Of what it finds the
// first counts: the target's own answer, that of the gateway of the kernel's route, a router's advertisement, the
// kernel's neighbour table.
func Decide(q Question, k Kernel, h Heard, waited time.Duration) Result {
	r := Result{Question: q, Kernel: k, Heard: h, Waited: waited}
	r.device()
	r.source()
	if mac, ok := GroupMAC(q.Target); ok {
		r.fact("target", "%s is a group: its MAC address follows from it", q.Target)
		r.found(mac, netip.Addr{}, "follows from the address")
		return r
	}
	r.answers("target", q.Target, netip.Addr{})
	r.route()
	r.routers()
	r.remember()
	r.tags()
	return r
}

func (r *Result) device() {
	l := r.Kernel.Link
	state := "up"
	if !l.Carrier {
		state = "up, without carrier"
		r.doubt("%s has no carrier: nothing that is sent arrives", l.Name)
	}
	r.fact("device", "%s is %s, MAC address %s", l.Name, state, l.MAC)
}

func (r *Result) source() {
	src, own := r.Kernel.source(r.Question)
	switch {
	case !src.IsValid():
		r.fact("source", "none: %s has no IPv4 address", r.Kernel.Link.Name)
		r.doubt("the line has no source address, and %s none to take: name one (--source)", r.Kernel.Link.Name)
	case own && r.Question.Source.IsValid():
		r.fact("source", "%s, as given; %s has it", src, r.Kernel.Link.Name)
	case own:
		r.fact("source", "%s, the address of %s that netpoll takes", src, r.Kernel.Link.Name)
	case r.Question.Source.IsValid():
		r.fact("source", "%s, as given; %s does not have it", src, r.Kernel.Link.Name)
	default:
		r.fact("source", "%s, made of the MAC address, as %s has no address of this kind", src, r.Kernel.Link.Name)
	}
	for _, a := range r.Heard.Of(src) {
		r.doubt("the source address %s is also that of %s", src, a.MAC)
	}
	if taken := r.Heard.Taken; taken != (frame.MAC{}) {
		r.doubt("%s, made of the MAC address, is also the address of %s", r.Kernel.Link.MAC.LinkLocal(), taken)
	}
}

// answers tells what came for an address, and takes it.
func (r *Result) answers(about string, addr, via netip.Addr) {
	as := r.Heard.Of(addr)
	if len(as) == 0 {
		r.fact(about, "%s did not answer: %d %ss in %s", addr, tries, question(addr), show(r.Waited))
		return
	}
	for _, a := range as {
		r.fact(about, "%s", a.sentence())
	}
	us := usable(as)
	if len(us) == 0 {
		return
	}
	best := us[0]
	for _, a := range us {
		if a.Override && !best.Override {
			best = a
		}
	}
	if n := len(us); n > 1 {
		var macs []string
		for _, a := range us {
			macs = append(macs, a.MAC.String())
		}
		r.doubt("%d hosts have the address %s: %s", n, addr, strings.Join(macs, ", "))
	}
	if router, ok := r.stands(best); ok {
		r.doubt("the router %s answers for %s: a proxy, or its own address", router.Addr, addr)
	} else if best.Asked && addr.Is6() && !best.Override {
		r.doubt("%s answers without the override flag: a proxy, or one of several holders (anycast)", best.MAC)
	}
	r.found(best.MAC, via, best.how())
}

// stands returns the router that answers for another address.
func (r *Result) stands(a Answer) (Router, bool) {
	for _, x := range r.Heard.Routers {
		if x.MAC == a.MAC && x.Addr != a.Addr {
			return x, true
		}
	}
	return Router{}, false
}

// question is what asks for an address.
func question(a netip.Addr) string {
	if a.Is4() {
		return "ARP request"
	}
	return "neighbour solicitation"
}

func (a Answer) how() string {
	switch {
	case a.Asked && a.Addr.Is4():
		return "answered an ARP request in " + show(a.After)
	case a.Asked:
		return "answered a neighbour solicitation in " + show(a.After)
	}
	return "was heard asking for somebody else"
}

func (a Answer) sentence() string {
	s := fmt.Sprintf("%s %s: %s", a.Addr, a.how(), a.MAC)
	if a.From != (frame.MAC{}) {
		s += fmt.Sprintf(" (says %s)", a.From)
	}
	if a.Tag != 0 {
		s += fmt.Sprintf(" in VLAN %d", a.Tag)
	}
	return s
}

// route tells the kernel's route and uses its gateway.
func (r *Result) route() {
	k := r.Kernel
	gw, ok := k.gateway()
	how, on := k.onLink(r.Target, r.Heard.Routers)
	switch {
	case ok:
		r.fact("route", "the kernel has %s via %s (%s)", name(k.Route.Prefix), gw, k.Route.Origin)
		if on {
			r.fact("route", "no gateway is needed: %s is %s", r.Target, how)
			return
		}
		r.answers("gateway", gw, gw)
	case on:
		r.fact("route", "no gateway is needed: %s", how)
	case errors.Is(k.RouteErr, netdev.ErrNoRoute):
		r.fact("route", "the kernel has none to %s through %s", r.Target, k.Link.Name)
	case k.RouteErr != nil:
		r.fact("route", "the kernel's forbids to send (%v); netconsole does not ask the routes", errors.Unwrap(k.RouteErr))
	}
}

func name(p netip.Prefix) string {
	if p.IsValid() && p.Bits() == 0 {
		return "default"
	}
	return p.String()
}

// routers tells who advertised itself, and uses the best if the target is not a neighbour.
func (r *Result) routers() {
	for _, x := range r.Heard.Routers {
		r.fact("router", "%s", x.sentence())
	}
	best, ok := defaultRouter(r.Heard.Routers)
	if _, on := r.Kernel.onLink(r.Target, r.Heard.Routers); on || !ok {
		return
	}
	if r.Target.Is6() {
		r.found(best.MAC, best.Addr, "advertised itself as a router in "+show(best.After))
	} else if r.MAC == (frame.MAC{}) {
		r.fact("gateway", "not known: IPv4 routers do not tell; an IPv6 router is at %s, which may be the same", best.MAC)
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

// remember falls back on the kernel's neighbour table.
func (r *Result) remember() {
	addrs := []netip.Addr{r.Target}
	if gw, ok := r.Kernel.gateway(); ok {
		if _, on := r.Kernel.onLink(r.Target, r.Heard.Routers); !on {
			addrs = append(addrs, gw)
		}
	}
	for i, a := range addrs {
		n, ok := r.Kernel.neighbour(a)
		if !ok {
			continue
		}
		r.fact([]string{"target", "gateway"}[i], "%s is %s in the kernel's neighbour table (%s)", a, n.MAC, n.State)
		if r.MAC == (frame.MAC{}) {
			via := netip.Addr{}
			if i > 0 {
				via = a
			}
			r.found(n.MAC, via, "remembered by the kernel ("+n.State+")")
			r.doubt("nobody answers for %s now: its MAC address is what the kernel remembers", a)
		}
	}
}

// tags tells of VLANs on the wire, where there is nothing better.
func (r *Result) tags() {
	for _, id := range slices.Sorted(maps.Keys(r.Heard.Tags)) {
		r.fact("wire", "frames tagged VLAN %d arrive: a VLAN device (%s.%d) would send there", id, r.Kernel.Link.Name, id)
	}
	if r.MAC == (frame.MAC{}) && r.Heard.Frames == 0 {
		r.fact("wire", "no frame of ARP or neighbour discovery was heard from anybody")
	}
}

// show writes a duration for people.
func show(d time.Duration) string {
	if d < 100*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

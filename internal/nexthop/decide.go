package nexthop

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"netkmsg/frame"
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
	Doubts []Doubt    // what speaks against MAC, or against its lasting
}

// A Doubt is something that speaks against a result.
type Doubt struct {
	Kind DoubtKind
	Text string
}

// A DoubtKind says what a Doubt is about.
type DoubtKind string

// The kinds of doubts.
const (
	NoCarrier       DoubtKind = "no-carrier"
	NoSource        DoubtKind = "no-source"        // there is no source address
	DuplicateSource DoubtKind = "duplicate-source" // another host has it, too
	DuplicateTarget DoubtKind = "duplicate-target"
	StrayedSource   DoubtKind = "strayed-source" // no router forwards it
	Proxy           DoubtKind = "proxy"          // somebody answers for the target
	Remembered      DoubtKind = "remembered"     // nobody answers; the kernel did not forget
)

func (r *Result) doubt(kind DoubtKind, format string, args ...any) {
	r.Doubts = append(r.Doubts, Doubt{kind, fmt.Sprintf(format, args...)})
}

// Decide draws the conclusion from what the kernel knows and what was heard within some time. Of what it finds the
// first counts: the target's own answer, that of the gateway of the kernel's route, a router's advertisement, the
// kernel's neighbour table.
func Decide(q Question, k Kernel, h Heard, waited time.Duration) Result {
	r := Result{Question: q, Kernel: k, Heard: h, Waited: waited}
	r.doubtSelf()
	r.choose()
	if src, _ := r.Source(); r.Strayed() && src.IsLinkLocalUnicast() {
		r.doubt(StrayedSource, "%s is link-local: the router %s does not forward what comes from it; name another source address", src, r.Via)
	}
	return r
}

// choose finds the MAC address.
func (r *Result) choose() {
	q, k, h := r.Question, r.Kernel, r.Heard
	if mac, ok := GroupMAC(q.Target); ok {
		r.MAC, r.How = mac, "follows from the address"
		return
	}
	if r.answered(q.Target) {
		return
	}
	if _, on := k.OnLink(q.Target, h.Routers); on {
		r.remembered(q.Target)
		return
	}
	gw, ok := k.gateway()
	if ok && r.answered(gw) {
		r.Via = gw
		return
	}
	if best, ok := defaultRouter(h.Routers); ok && q.Target.Is6() {
		r.MAC, r.Via, r.How = best.MAC, best.Addr, "advertised itself as a router in "+show(best.After)
		return
	}
	if !r.remembered(q.Target) && ok && r.remembered(gw) {
		r.Via = gw
	}
}

// doubtSelf tells what is wrong at our own end.
func (r *Result) doubtSelf() {
	l := r.Kernel.Link
	if !l.Carrier {
		r.doubt(NoCarrier, "%s has no carrier: nothing that is sent arrives", l.Name)
	}
	src, _ := r.Kernel.Source(r.Question)
	if !src.IsValid() {
		r.doubt(NoSource, "the line has no source address, and %s none to take: name one (--source)", l.Name)
	}
	for _, a := range r.Heard.Of(src) {
		r.doubt(DuplicateSource, "the source address %s is also that of %s", src, a.MAC)
	}
	if taken := r.Heard.Taken; taken != (frame.MAC{}) {
		r.doubt(DuplicateSource, "%s, made of the MAC address, is also the address of %s", l.MAC.LinkLocal(), taken)
	}
}

// answered takes the answer for an address, if there is one. Of several the one with the override flag counts, which a
// proxy's lacks, else the first.
func (r *Result) answered(addr netip.Addr) bool {
	as := usable(r.Heard.Of(addr), r.VLAN)
	if len(as) == 0 {
		return false
	}
	best := as[0]
	macs := make([]string, len(as))
	for i, a := range as {
		macs[i] = a.MAC.String()
		if a.Override && !best.Override {
			best = a
		}
	}
	if len(as) > 1 {
		r.doubt(DuplicateTarget, "%d hosts have the address %s: %s", len(as), addr, strings.Join(macs, ", "))
	}
	if router, ok := r.stands(best); ok {
		r.doubt(Proxy, "the router %s answers for %s: a proxy, or its own address", router.Addr, addr)
	} else if best.Asked && addr.Is6() && !best.Override {
		r.doubt(Proxy, "%s answers without the override flag: a proxy, or one of several holders (anycast)", best.MAC)
	}
	r.MAC, r.How = best.MAC, best.how()
	return true
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

// remembered falls back on the kernel's neighbour table.
func (r *Result) remembered(a netip.Addr) bool {
	n, ok := r.Kernel.neighbour(a)
	if ok {
		r.MAC, r.How = n.MAC, "remembered by the kernel ("+n.State+")"
		r.doubt(Remembered, "nobody answers for %s now: its MAC address is what the kernel remembers", a)
	}
	return ok
}

// question is what asks for an address.
func question(a netip.Addr) string {
	if a.Is4() {
		return "ARP request"
	}
	return "neighbour solicitation"
}

// tried says how often an address was asked for.
func (r Result) tried(a netip.Addr) string {
	if r.Heard.Tries == 1 {
		return "1 " + question(a)
	}
	return fmt.Sprintf("%d %ss", r.Heard.Tries, question(a))
}

func (a Answer) how() string {
	if !a.Asked {
		return "was heard asking for somebody else"
	}
	return "answered " + article(question(a.Addr)) + " in " + show(a.After)
}

func article(noun string) string {
	if noun[0] == 'A' {
		return "an " + noun
	}
	return "a " + noun
}

// show writes a duration for people.
func show(d time.Duration) string {
	if d < 100*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

package nexthop

import (
	"net/netip"
	"slices"
	"time"

	"netkmsg/frame"
)

// maxRouters and maxAnswers bound what a flood can make an Asker keep.
const (
	maxAnswers = 64
	maxRouters = 16
)

// Receive is given a frame that arrived, of whatever kind. An unverified checksum is not looked at.
func (a *Asker) Receive(now time.Time, b []byte, unverified bool) {
	e, ok := frame.ParseEthernet(b)
	if !ok || e.Source == a.q.MAC {
		return
	}
	switch e.Type {
	case frame.TypeARP:
		a.hearARP(now, e)
	case frame.TypeIPv6:
		a.hearNDP(now, e, unverified)
	}
}

func (a *Asker) hearARP(now time.Time, e frame.Ethernet) {
	p, ok := parseARP(e.Payload)
	if !ok {
		return
	}
	a.count(e)
	a.learn(Answer{Addr: p.sender, MAC: p.senderMAC, Asked: p.op == arpReply}, now, e)
}

func (a *Asker) hearNDP(now time.Time, e frame.Ethernet, unverified bool) {
	p, ok := parseNDP(e.Payload, unverified)
	if !ok {
		return
	}
	a.count(e)
	switch p.message[0] {
	case typeNA:
		if n, ok := parseNA(p); ok {
			a.learn(Answer{Addr: n.addr, MAC: n.mac, Asked: true, Router: n.router, Override: n.override}, now, e)
		}
	case typeNS:
		if n, ok := parseNS(p); ok && n.mac != (frame.MAC{}) {
			a.learn(Answer{Addr: n.addr, MAC: n.mac}, now, e)
		}
	case typeRA:
		if r, ok := parseRA(p); ok {
			a.route(r, now, e)
		}
	}
}

func (a *Asker) count(e frame.Ethernet) {
	a.Frames++
	if t := tag(e); t != 0 {
		a.Tags[t]++
	}
}

// tag is the VLAN of a frame. Number 0 marks a priority only.
func tag(e frame.Ethernet) uint16 {
	if len(e.VLANs) == 0 {
		return 0
	}
	return e.VLANs[0].ID
}

// learn keeps an answer, if it was asked for.
func (a *Asker) learn(x Answer, now time.Time, e frame.Ethernet) {
	if x.MAC == (frame.MAC{}) {
		x.MAC = e.Source // who answers in person need not tell (RFC 4861, 4.4)
	}
	if !x.MAC.IsUnicast() || x.MAC == (frame.MAC{}) || x.MAC == a.q.MAC {
		return
	}
	if x.Addr == a.q.StandIn && a.Taken == (frame.MAC{}) {
		a.Taken = x.MAC
	}
	if x.MAC != e.Source {
		x.From = e.Source
	}
	x.Tag, x.After = tag(e), now.Sub(a.begin)
	if !a.wanted(x.Addr) {
		return
	}
	for i, y := range a.Answers {
		if y.Addr == x.Addr && y.MAC == x.MAC && y.Tag == x.Tag {
			if x.Asked && !y.Asked {
				a.Answers[i] = x
			}
			return
		}
	}
	if len(a.Answers) < maxAnswers {
		a.Answers = append(a.Answers, x)
	}
}

func (a *Asker) wanted(addr netip.Addr) bool {
	return slices.ContainsFunc(a.q.Asks, func(q Ask) bool { return q.Addr == addr })
}

// route keeps what a router says of itself.
func (a *Asker) route(r Router, now time.Time, e frame.Ethernet) {
	if r.MAC == (frame.MAC{}) {
		r.MAC = e.Source
	}
	if !r.MAC.IsUnicast() || tag(e) != a.q.VLAN {
		return
	}
	r.After = now.Sub(a.begin)
	i := slices.IndexFunc(a.Heard.Routers, func(o Router) bool { return o.Addr == r.Addr })
	switch {
	case i >= 0:
		r.After = a.Heard.Routers[i].After
		a.Heard.Routers[i] = r
	case len(a.Heard.Routers) < maxRouters:
		a.Heard.Routers = append(a.Heard.Routers, r)
	}
}

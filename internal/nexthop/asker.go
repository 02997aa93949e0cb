package nexthop

import (
	"net/netip"
	"time"

	"netkmsg/frame"
)

const (
	tries = 3
	retry = 500 * time.Millisecond
	// standInWait is how long a holder of the stand-in address has to object before it is used. RFC 4862 grants a second,
	// for an address that is to be kept; a neighbour on the same link answers within one millisecond.
	standInWait = 100 * time.Millisecond
)

// An Ask is an IP address whose MAC address is wanted.
type Ask struct {
	Addr netip.Addr
	// Source is the address to ask from, of the same family. The unspecified one makes the question a probe, as for
	// duplicates: it leaves no trace in anybody's cache.
	Source netip.Addr
}

// A Query is what to ask on a link.
type Query struct {
	MAC     frame.MAC // of the device that asks
	VLAN    uint16    // in which to ask, 0: without a tag
	Asks    []Ask
	Routers netip.Addr // the IPv6 address from which to solicit routers, may be unspecified; the zero Addr: not at all
	// StandIn is a source address in Asks that the device does not have. Its holder is asked for first, and if there is
	// one, :: takes its place.
	StandIn netip.Addr
	Every   time.Duration // between the tries
}

// An Asker asks questions on a link and keeps the answers. It has neither I/O nor clock: Due returns what is to be
// sent, Receive is given what arrives.
type Asker struct {
	Heard
	q       Query
	started time.Time
	begin   time.Time // of the first try
	probed  bool
}

// Heard is what an Asker has learned.
type Heard struct {
	Answers []Answer // in the order of arrival, one for each pair of addresses
	Routers []Router // one for each address; the last advertisement counts
	// Frames counts the frames of ARP and neighbour discovery from others, Tags the VLANs of those with a tag.
	Frames int
	Tries  int // how often each question was asked, unless it was answered before
	Tags   map[uint16]int
	Taken  frame.MAC // the MAC address of whoever holds the stand-in address; zero if nobody does
}

// An Answer is a pair of addresses that was told on the wire.
type Answer struct {
	Addr netip.Addr
	MAC  frame.MAC
	// From is the source of the frame if it is not MAC: somebody answers for another.
	From  frame.MAC
	After time.Duration // from the first question to the answer
	Tag   uint16        // VLAN of the frame, 0 for none
	// Asked says that it is an answer; otherwise its holder was heard asking for somebody else.
	Asked bool
	// Of a neighbour advertisement: the holder is a router (R); the answer replaces what a cache holds (O), which one
	// given on another's behalf (proxy) does not.
	Router, Override bool
}

// NewAsker prepares the questions of q.
func NewAsker(q Query) *Asker {
	return &Asker{q: q, Heard: Heard{Tags: map[uint16]int{}}}
}

// Due returns the frames that are to be sent now, and when there will be more; the zero time if there will be none.
func (a *Asker) Due(now time.Time) (frames [][]byte, next time.Time) {
	if a.started.IsZero() {
		a.started, a.begin = now, now
		if a.q.StandIn.IsValid() {
			a.begin = now.Add(standInWait)
		}
	}
	if a.q.StandIn.IsValid() && !a.probed {
		a.probed = true
		frames = append(frames, a.frame6(solicitation(a.q.StandIn, netip.IPv6Unspecified(), a.q.MAC)))
	}
	if next = a.begin.Add(time.Duration(a.Tries) * a.q.Every); a.Tries < tries && !now.Before(next) {
		a.Tries++
		frames = append(frames, a.questions()...)
		next = a.begin.Add(time.Duration(a.Tries) * a.q.Every)
	}
	if a.Tries == tries {
		next = time.Time{}
	}
	return frames, next
}

// questions returns those that have no answer yet.
func (a *Asker) questions() (frames [][]byte) {
	for _, q := range a.q.Asks {
		if len(a.Of(q.Addr)) > 0 {
			continue
		}
		if q.Addr.Is4() {
			from := q.Source
			if a.Tries == 2 {
				from = netip.IPv4Unspecified() // a host that holds our address, too, answers probes only
			}
			frames = append(frames, a.arpFrame(arp{op: arpRequest, senderMAC: a.q.MAC, sender: from, target: q.Addr}))
		} else {
			frames = append(frames, a.frame6(solicitation(q.Addr, a.source(q.Source), a.q.MAC)))
		}
	}
	if a.q.Routers.IsValid() && len(a.Heard.Routers) == 0 {
		frames = append(frames, a.frame6(routerSolicitation(a.source(a.q.Routers), a.q.MAC)))
	}
	return frames
}

// source replaces the stand-in if it is somebody's.
func (a *Asker) source(s netip.Addr) netip.Addr {
	if s == a.q.StandIn && a.Taken != (frame.MAC{}) {
		return netip.IPv6Unspecified()
	}
	return s
}

// Of returns the answers for an address.
func (h Heard) Of(addr netip.Addr) (as []Answer) {
	for _, x := range h.Answers {
		if x.Addr == addr {
			as = append(as, x)
		}
	}
	return as
}

func (a *Asker) arpFrame(p arp) []byte {
	return a.ethernet(frame.Broadcast, frame.TypeARP, p.payload())
}

func (a *Asker) frame6(p packet6) []byte {
	mac, _ := GroupMAC(p.target)
	return a.ethernet(mac, frame.TypeIPv6, p.payload())
}

func (a *Asker) ethernet(to frame.MAC, kind uint16, payload []byte) []byte {
	e := frame.Ethernet{Target: to, Source: a.q.MAC, Type: kind, Payload: payload}
	if a.q.VLAN != 0 {
		e.VLANs = []frame.VLAN{{ID: a.q.VLAN}}
	}
	b, err := e.Frame()
	if err != nil {
		panic(err) // the number of the VLAN is the caller's to check
	}
	return b
}

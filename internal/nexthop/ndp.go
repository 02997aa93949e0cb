package nexthop

import (
	"net/netip"
	"time"

	"netkmsg/frame"
)

// Types of ICMPv6 messages and of their options (RFC 4861, sections 4 and 4.6).
const (
	typeRS = 133
	typeRA = 134
	typeNS = 135
	typeNA = 136

	optSource = 1
	optTarget = 2
	optPrefix = 3
	optMTU    = 5
)

// solicitation asks for an address. From the unspecified address it has no option, and is a probe (RFC 4862, 5.4.2).
func solicitation(target, source netip.Addr, mac frame.MAC) packet6 {
	m := append([]byte{typeNS, 0, 0, 0, 0, 0, 0, 0}, target.AsSlice()...)
	return packet6{source, solicitedNode(target), appendSource(m, source, mac)}
}

// routerSolicitation asks the link's routers to advertise themselves.
func routerSolicitation(source netip.Addr, mac frame.MAC) packet6 {
	return packet6{source, allRouters, appendSource([]byte{typeRS, 0, 0, 0, 0, 0, 0, 0}, source, mac)}
}

// appendSource appends the source link-layer address option, which goes with an address only.
func appendSource(m []byte, source netip.Addr, mac frame.MAC) []byte {
	if source.IsUnspecified() {
		return m
	}
	return append(append(m, optSource, 1), mac[:]...)
}

// neighbour is what a solicitation or an advertisement says of an address.
type neighbour struct {
	addr      netip.Addr
	mac       frame.MAC // zero if the message does not tell
	solicited bool      // S
	router    bool      // R
	override  bool      // O
}

// parseNA reads a neighbour advertisement (RFC 4861, 4.4 and 7.1.2).
func parseNA(p packet6) (n neighbour, ok bool) {
	if len(p.message) < 24 || p.message[0] != typeNA {
		return n, false
	}
	flags := p.message[4]
	n = neighbour{
		addr:   netip.AddrFrom16([16]byte(p.message[8:24])),
		router: flags&0x80 != 0, solicited: flags&0x40 != 0, override: flags&0x20 != 0,
	}
	if n.addr.IsMulticast() || p.target.IsMulticast() && n.solicited {
		return n, false
	}
	ok = options(p.message[24:], func(kind byte, b []byte) {
		if kind == optTarget && len(b) == 6 {
			n.mac = frame.MAC(b)
		}
	})
	return n, ok
}

// parseNS reads what a neighbour solicitation tells of its sender (RFC 4861, 4.3 and 7.1.1).
func parseNS(p packet6) (n neighbour, ok bool) {
	if len(p.message) < 24 || p.message[0] != typeNS || p.source.IsUnspecified() || p.source.IsMulticast() {
		return n, false
	}
	n.addr = p.source
	ok = options(p.message[24:], func(kind byte, b []byte) {
		if kind == optSource && len(b) == 6 {
			n.mac = frame.MAC(b)
		}
	})
	return n, ok
}

// A Prefix is one that a router advertises (RFC 4861, 4.6.2).
type Prefix struct {
	netip.Prefix
	OnLink     bool // L: its addresses are neighbours
	Autonomous bool // A: hosts may form addresses in it
}

// A Router is what a router advertisement said (RFC 4861, 4.2).
type Router struct {
	Addr     netip.Addr
	MAC      frame.MAC     // of the source link-layer address option, else of the frame
	Lifetime time.Duration // as default router; 0: it is none
	// Preference is 1 for high, 0 for medium, -1 for low (RFC 4191).
	Preference     int
	Managed, Other bool          // M and O: addresses, or other things, by DHCPv6
	MTU            uint32        // 0 if it does not tell
	Prefixes       []Prefix      // in its order
	After          time.Duration // from the first question to the advertisement
}

// parseRA reads a router advertisement; MAC stays zero if it does not tell.
func parseRA(p packet6) (r Router, ok bool) {
	m := p.message
	if len(m) < 16 || m[0] != typeRA || !p.source.IsLinkLocalUnicast() {
		return r, false
	}
	r = Router{
		Addr:     p.source,
		Lifetime: time.Duration(be.Uint16(m[6:])) * time.Second,
		Managed:  m[5]&0x80 != 0, Other: m[5]&0x40 != 0,
	}
	switch m[5] >> 3 & 3 {
	case 1:
		r.Preference = 1
	case 3:
		r.Preference = -1
	}
	ok = options(m[16:], func(kind byte, b []byte) {
		switch {
		case kind == optSource && len(b) == 6:
			r.MAC = frame.MAC(b)
		case kind == optMTU && len(b) == 6:
			r.MTU = be.Uint32(b[2:])
		case kind == optPrefix && len(b) == 30 && b[0] <= 128:
			addr := netip.AddrFrom16([16]byte(b[14:]))
			r.Prefixes = append(r.Prefixes, Prefix{netip.PrefixFrom(addr, int(b[0])).Masked(), b[1]&0x80 != 0, b[1]&0x40 != 0})
		}
	})
	return r, ok
}

// options calls each for the options of a message, with their content. It returns false if they do not fill it exactly:
// such a message is not valid (RFC 4861, 6.1 and 7.1).
func options(b []byte, each func(kind byte, content []byte)) bool {
	for len(b) > 0 {
		if len(b) < 2 {
			return false
		}
		n := 8 * int(b[1])
		if n == 0 || n > len(b) {
			return false
		}
		each(b[0], b[2:n])
		b = b[n:]
	}
	return true
}

package netdev

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// ErrNoRoute says that the kernel has no route to an address.
var ErrNoRoute = errors.New("no route")

// Local reports whether the namespace takes packets to addr for its own. For an IPv6 address that becomes true a moment
// after it was given to a device: the kernel enters the route for it in the background, if the device is up.
func Local(addr netip.Addr) (bool, error) {
	m, err := askRoute(addr, 0, 0)
	if errors.Is(err, unix.ENETUNREACH) || errors.Is(err, unix.EHOSTUNREACH) {
		return false, nil
	}
	return m.typ == unix.RTN_LOCAL, Describe("look up the route to", addr.String(), err)
}

// RouteTo returns the route that the kernel would take to addr through the device of that index, or through any device
// if index is 0. The error is ErrNoRoute if there is none; where a route forbids (blackhole, unreachable, prohibit) it is
// EINVAL, EHOSTUNREACH or EACCES.
func RouteTo(addr netip.Addr, index int) (Route, error) {
	m, err := askRoute(addr, index, unix.RTM_F_FIB_MATCH)
	// Asked for IPv4 through a device to which no route leads, the kernel takes the address for a neighbour's, and then
	// finds no entry to show for it (inet_rtm_getroute).
	guessed := addr.Is4() && index != 0 && errors.Is(err, unix.EHOSTUNREACH)
	if errors.Is(err, unix.ENETUNREACH) || guessed {
		return Route{}, ErrNoRoute
	}
	if err == nil {
		err = m.forbids()
	}
	if err != nil {
		return Route{}, Describe("look up the route to", addr.String(), err)
	}
	return m.through(index), nil
}

func askRoute(addr netip.Addr, index int, flags uint32) (routeMessage, error) {
	b := make([]byte, unix.SizeofRtMsg)
	b[0], b[1] = unix.AF_INET6, byte(addr.BitLen())
	if addr.Is4() {
		b[0] = unix.AF_INET
	}
	order.PutUint32(b[8:], flags)
	b = appendAttribute(b, unix.RTA_DST, addr.AsSlice())
	if index != 0 {
		b = appendAttribute(b, unix.RTA_OIF, order.AppendUint32(nil, uint32(index)))
	}
	answers, err := execute(unix.RTM_GETROUTE, 0, b)
	if err != nil {
		return routeMessage{}, err
	}
	if len(answers) == 0 {
		return routeMessage{}, unix.ENETUNREACH
	}
	return parseRoute(answers[0].data)
}

// A routeMessage is a route with all its next hops. The first is the only one, unless there are several.
type routeMessage struct {
	typ, protocol byte
	prefix        netip.Prefix
	hops          []hop
}

type hop struct {
	device  int
	gateway netip.Addr
}

// parseRoute reads a struct rtmsg and its attributes.
func parseRoute(b []byte) (m routeMessage, err error) {
	if len(b) < unix.SizeofRtMsg {
		return m, errMalformed
	}
	m.protocol, m.typ = b[5], b[7]
	dst := netip.IPv6Unspecified()
	if b[0] == unix.AF_INET {
		dst = netip.IPv4Unspecified()
	}
	var one hop
	err = attributes(b[unix.SizeofRtMsg:], func(typ uint16, v []byte) (err error) {
		switch typ {
		case unix.RTA_DST:
			dst, err = address(v)
		case unix.RTA_MULTIPATH:
			m.hops, err = parseHops(v)
		default:
			err = one.parse(typ, v)
		}
		return err
	})
	m.prefix = netip.PrefixFrom(dst, int(b[1]))
	if len(m.hops) == 0 {
		m.hops = []hop{one}
	}
	return m, err
}

// parseHops reads the value of RTA_MULTIPATH: a struct rtnexthop with attributes for each.
func parseHops(b []byte) (hops []hop, err error) {
	for len(b) > 0 {
		if len(b) < unix.SizeofRtNexthop {
			return nil, errMalformed
		}
		n := int(order.Uint16(b))
		if n < unix.SizeofRtNexthop || n > len(b) {
			return nil, errMalformed
		}
		h := hop{device: int(order.Uint32(b[4:]))}
		if err := attributes(b[unix.SizeofRtNexthop:n], h.parse); err != nil {
			return nil, err
		}
		hops = append(hops, h)
		b = b[aligned(n, len(b)):]
	}
	return hops, nil
}

func (h *hop) parse(typ uint16, v []byte) (err error) {
	switch typ {
	case unix.RTA_OIF:
		var n uint32
		n, err = number32(v)
		h.device = int(n)
	case unix.RTA_GATEWAY:
		h.gateway, err = address(v)
	}
	return err
}

// forbids is the error that sending by the route would give.
func (m routeMessage) forbids() error {
	switch m.typ {
	case unix.RTN_UNICAST, unix.RTN_LOCAL, unix.RTN_BROADCAST, unix.RTN_MULTICAST, unix.RTN_ANYCAST:
		return nil
	case unix.RTN_UNREACHABLE:
		return unix.EHOSTUNREACH
	case unix.RTN_PROHIBIT:
		return unix.EACCES
	}
	return unix.EINVAL
}

// through picks the next hop through the device, else the first.
func (m routeMessage) through(index int) Route {
	at := m.hops[0]
	for _, h := range m.hops {
		if h.device == index {
			at = h
		}
	}
	return Route{Device: at.device, Gateway: at.gateway, Prefix: m.prefix, Origin: origin(m.protocol)}
}

func origin(protocol byte) string {
	switch protocol {
	case unix.RTPROT_KERNEL:
		return "kernel"
	case unix.RTPROT_BOOT:
		return "boot"
	case unix.RTPROT_STATIC:
		return "static"
	case unix.RTPROT_RA:
		return "ra"
	case unix.RTPROT_DHCP:
		return "dhcp"
	}
	return fmt.Sprintf("protocol %d", protocol)
}

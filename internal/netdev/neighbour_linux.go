package netdev

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"netkmsg/frame"
)

// Neighbours returns the neighbour table of one device and family, unix.AF_INET or unix.AF_INET6.
func Neighbours(index, family int) ([]Neighbour, error) {
	answers, err := execute(&rtnetlink.NeighMessage{Family: uint16(family)}, unix.RTM_GETNEIGH, netlink.Dump)
	if err != nil {
		return nil, describe("list neighbours of", label(index), err)
	}
	var ns []Neighbour
	for _, a := range answers {
		m, ok := a.(*rtnetlink.NeighMessage)
		if !ok || m.Index != uint32(index) || m.Family != uint16(family) || m.Attributes == nil {
			continue
		}
		n := Neighbour{State: neighbourState(m.State)}
		n.Addr, _ = netip.AddrFromSlice(m.Attributes.Address)
		if len(m.Attributes.LLAddress) == len(n.MAC) {
			n.MAC = frame.MAC(m.Attributes.LLAddress)
		}
		ns = append(ns, n)
	}
	return ns, nil
}

func neighbourState(s uint16) string {
	for _, n := range []struct {
		bit  uint16
		name string
	}{
		{unix.NUD_PERMANENT, "permanent"}, {unix.NUD_REACHABLE, "reachable"}, {unix.NUD_STALE, "stale"},
		{unix.NUD_DELAY, "delay"}, {unix.NUD_PROBE, "probe"}, {unix.NUD_NOARP, "noarp"},
		{unix.NUD_INCOMPLETE, "incomplete"}, {unix.NUD_FAILED, "failed"},
	} {
		if s&n.bit != 0 {
			return n.name
		}
	}
	return "none"
}

// ErrNoRoute says that the kernel has no route to an address.
var ErrNoRoute = errors.New("no route")

// RouteTo returns the route that the kernel would take to addr through the device of that index, or through any device
// if index is 0. The error is ErrNoRoute if there is none; where a route forbids (blackhole, unreachable, prohibit) it is
// EINVAL, EHOSTUNREACH or EACCES.
func RouteTo(addr netip.Addr, index int) (Route, error) {
	m := &rtnetlink.RouteMessage{Family: unix.AF_INET6, DstLength: uint8(addr.BitLen()), Flags: unix.RTM_F_FIB_MATCH}
	if addr.Is4() {
		m.Family = unix.AF_INET
	}
	m.Attributes.Dst = addr.AsSlice()
	m.Attributes.OutIface = uint32(index)
	answers, err := execute(m, unix.RTM_GETROUTE, 0)
	// Asked for IPv4 through a device to which no route leads, the kernel takes the address for a neighbour's, and then
	// finds no entry to show for it (inet_rtm_getroute).
	guessed := addr.Is4() && index != 0 && errors.Is(err, unix.EHOSTUNREACH)
	if errors.Is(err, unix.ENETUNREACH) || guessed || err == nil && len(answers) == 0 {
		return Route{}, ErrNoRoute
	}
	if err != nil {
		return Route{}, describe("look up the route to", addr.String(), err)
	}
	r := answers[0].(*rtnetlink.RouteMessage)
	switch r.Type {
	case unix.RTN_UNICAST, unix.RTN_LOCAL, unix.RTN_BROADCAST, unix.RTN_MULTICAST, unix.RTN_ANYCAST:
	case unix.RTN_UNREACHABLE:
		return Route{}, describe("look up the route to", addr.String(), unix.EHOSTUNREACH)
	case unix.RTN_PROHIBIT:
		return Route{}, describe("look up the route to", addr.String(), unix.EACCES)
	default:
		return Route{}, describe("look up the route to", addr.String(), unix.EINVAL)
	}
	return route(r, index), nil
}

// route picks the next hop through the device out of a route's.
func route(m *rtnetlink.RouteMessage, index int) Route {
	r := Route{Device: int(m.Attributes.OutIface), Origin: origin(m.Protocol)}
	r.Gateway, _ = netip.AddrFromSlice(m.Attributes.Gateway)
	for _, h := range m.Attributes.Multipath {
		if r.Device == 0 || int(h.Hop.IfIndex) == index {
			r.Device = int(h.Hop.IfIndex)
			r.Gateway, _ = netip.AddrFromSlice(h.Gateway)
		}
	}
	dst, ok := netip.AddrFromSlice(m.Attributes.Dst)
	if !ok && m.Family == unix.AF_INET {
		dst = netip.IPv4Unspecified()
	} else if !ok {
		dst = netip.IPv6Unspecified()
	}
	r.Prefix = netip.PrefixFrom(dst, int(m.DstLength))
	return r
}

func origin(protocol uint8) string {
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

// AddressStates returns the device's addresses as Addresses does, with their prefixes and states.
func AddressStates(index, family int) ([]Address, error) {
	answers, err := execute(&rtnetlink.AddressMessage{Family: uint8(family)}, unix.RTM_GETADDR, netlink.Dump)
	if err != nil {
		return nil, describe("list addresses of", label(index), err)
	}
	var addrs []Address
	for _, a := range answers {
		m, ok := a.(*rtnetlink.AddressMessage)
		if !ok || m.Index != uint32(index) || m.Family != uint8(family) || m.Attributes == nil {
			continue
		}
		ip := m.Attributes.Local
		if ip == nil {
			ip = m.Attributes.Address
		}
		addr, ok := netip.AddrFromSlice(ip)
		if !ok {
			continue
		}
		f := uint32(m.Flags) | m.Attributes.Flags
		addrs = append(addrs, Address{
			Prefix:     netip.PrefixFrom(addr, int(m.PrefixLength)),
			Tentative:  f&(unix.IFA_F_TENTATIVE|unix.IFA_F_DADFAILED) != 0 && f&unix.IFA_F_OPTIMISTIC == 0,
			Deprecated: f&unix.IFA_F_DEPRECATED != 0,
			Temporary:  addr.Is6() && f&unix.IFA_F_TEMPORARY != 0,
			Dynamic:    f&unix.IFA_F_PERMANENT == 0,
		})
	}
	return addrs, nil
}

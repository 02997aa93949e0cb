package craft

import (
	"net/netip"

	"netkmsg/frame"
)

// Where frames go that nobody addressed: to all nodes of the link.
var (
	allNodes6 = netip.MustParseAddr("ff02::1")
	allNodes4 = netip.AddrFrom4([4]byte{255, 255, 255, 255})
)

// ends are a recipe's addresses with every keyword replaced by what it means.
type ends struct {
	srcMAC, dstMAC MACs
	src, dst       Addrs
	group          bool // the destination MAC address follows the IP address
}

// resolve finds the addresses that keywords stand for.
func (r *Recipe) resolve(h Host) (e ends, err error) {
	if h.Device == "" {
		mtu := h.MTU
		h = nowhere
		h.MTU = mtu
	}
	e = ends{srcMAC: r.SourceMAC, dstMAC: r.TargetMAC, src: r.SourceIP, dst: r.TargetIP}
	v4, err := e.family(h)
	if err != nil {
		return e, err
	}
	all := allNodes6
	if v4 {
		all = allNodes4
	}
	switch e.dst.word {
	case "":
	case "auto":
		e.dst = Addrs{addr: all}
	default:
		if e.dst, err = h.address("dst-ip", e.dst, all); err != nil {
			return e, err
		}
	}
	if e.src.word != "" {
		if e.src, err = h.address("src-ip", e.src, e.dst.addr); err != nil {
			return e, err
		}
	}
	if e.src.addr.Is4() != e.dst.addr.Is4() {
		return e, faultf("dst-ip", "%s and --src-ip %s are not of one family: give two IPv6 or two IPv4 addresses", e.dst.addr, e.src.addr)
	}
	return e, e.macs(h)
}

// family finds out which one is meant: that of any address, else IPv6.
func (e *ends) family(h Host) (v4 bool, err error) {
	for _, a := range []Addrs{e.src, e.dst} {
		switch {
		case a.word == "own4":
			return true, nil
		case a.nth > 0 && a.nth <= len(h.Addrs):
			return h.Addrs[a.nth-1].Is4(), nil
		case a.word == "own6", a.word == "linklocal":
			return false, nil
		case a.word == "":
			return a.addr.Is4(), nil
		}
	}
	return false, nil
}

// address returns what a keyword stands for, remote being the other end.
func (h Host) address(flag string, a Addrs, remote netip.Addr) (Addrs, error) {
	switch {
	case a.word == "linklocal":
		return Addrs{addr: h.MAC.LinkLocal()}, nil
	case a.nth > len(h.Addrs):
		return a, faultf(flag, "own:%d: %s", a.nth, h.has())
	case a.nth > 0:
		return Addrs{addr: h.Addrs[a.nth-1]}, nil
	case a.word == "own4" && !remote.Is4():
		return a, faultf(flag, "own4, and the other address is %s: give two IPv6 or two IPv4 addresses", remote)
	case a.word == "own6" && remote.Is4():
		return a, faultf(flag, "own6, and the other address is %s: give two IPv6 or two IPv4 addresses", remote)
	}
	own, ok := h.own(remote)
	if !ok {
		return a, faultf(flag, "no IPv4 address to take: %s: give one", h.has())
	}
	return Addrs{addr: own}, nil
}

// has lists the device's addresses, for messages.
func (h Host) has() string {
	s := h.Device
	if s == "" {
		s = "without a device there"
	}
	if len(h.Addrs) == 0 {
		return s + " has no address"
	}
	s += " has"
	if h.Device == "" {
		s = "without a device there are"
	}
	for i, a := range h.Addrs {
		if i > 0 {
			s += ","
		}
		s += " " + a.String()
	}
	return s
}

// macs finds the MAC addresses.
func (e *ends) macs(h Host) error {
	if e.srcMAC.word == "multicast" || e.srcMAC.word == "auto" {
		return faultf("src-mac", "%s: no frame comes from a group; want an address, own or random", e.srcMAC.word)
	}
	for _, m := range []*MACs{&e.srcMAC, &e.dstMAC} {
		if m.word == "own" {
			m.mac, m.word = h.MAC, ""
		}
	}
	if e.dstMAC.word == "" {
		return nil
	}
	a := e.dst.addr
	switch mac, ok := groupMAC(a); {
	case ok:
		e.dstMAC.mac, e.group = mac, e.dst.kind != fixed
	case e.dstMAC.word == "multicast":
		return faultf("dst-mac", "multicast, but %s is not a group's address", a)
	default:
		e.dstMAC.mac = frame.Broadcast
	}
	e.dstMAC.word = ""
	return nil
}

// groupMAC returns the MAC address of a multicast group (RFC 2464, section 7; RFC
// 1112, section 6.4).
func groupMAC(a netip.Addr) (frame.MAC, bool) {
	if !a.IsMulticast() {
		return frame.MAC{}, false
	}
	if a.Is4() {
		b := a.As4()
		return frame.MAC{0x01, 0x00, 0x5e, b[1] & 0x7f, b[2], b[3]}, true
	}
	b := a.As16()
	return frame.MAC{0x33, 0x33, b[12], b[13], b[14], b[15]}, true
}

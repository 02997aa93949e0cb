package nexthop

import (
	"net/netip"

	"netkmsg/frame"
)

const (
	ipv6Len = 40
	icmpv6  = 58

	// ndpHops is the hop limit of every neighbour discovery message: no router has forwarded it (RFC 4861, 7.1).
	ndpHops = 255
)

// packet6 is an ICMPv6 message and the addresses of its IPv6 header.
type packet6 struct {
	source, target netip.Addr
	message        []byte // from the type on; the checksum is not looked at
}

// payload returns the packet with its checksum.
func (p packet6) payload() []byte {
	b := make([]byte, ipv6Len, ipv6Len+len(p.message))
	b[0] = 6 << 4
	be.PutUint16(b[4:], uint16(len(p.message)))
	b[6], b[7] = icmpv6, ndpHops
	copy(b[8:], p.source.AsSlice())
	copy(b[24:], p.target.AsSlice())
	b = append(b, p.message...)
	m := b[ipv6Len:]
	m[2], m[3] = 0, 0
	be.PutUint16(m[2:], checksum6(b[8:40], m))
	return b
}

// checksum6 is the ICMPv6 checksum (RFC 4443, 2.3): over the addresses, length, next header and message.
func checksum6(addrs, message []byte) uint16 {
	b := make([]byte, 0, len(addrs)+8+len(message))
	b = append(b, addrs...)
	b = be.AppendUint32(b, uint32(len(message)))
	b = append(b, 0, 0, 0, icmpv6)
	return frame.Checksum(append(b, message...))
}

// parseNDP reads an IPv6 packet that may be a neighbour discovery message: with hop limit 255, no extension header,
// code 0 and the right checksum (RFC 4861, 7.1). Padding may follow. An unverified checksum was left for a device to
// fill in and is not looked at.
func parseNDP(b []byte, unverified bool) (p packet6, ok bool) {
	if len(b) < ipv6Len || b[0]>>4 != 6 || b[6] != icmpv6 || b[7] != ndpHops {
		return packet6{}, false
	}
	m := b[ipv6Len:]
	n := int(be.Uint16(b[4:]))
	if n > len(m) || n < 8 {
		return packet6{}, false
	}
	m = m[:n:n]
	if m[1] != 0 || !unverified && checksum6(b[8:40], m) != 0 {
		return packet6{}, false
	}
	return packet6{netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40])), m}, true
}

// solicitedNode is the multicast address at which an address's holder hears solicitations (RFC 4291, 2.7.1).
func solicitedNode(a netip.Addr) netip.Addr {
	b := netip.MustParseAddr("ff02::1:ff00:0").As16()
	x := a.As16()
	copy(b[13:], x[13:])
	return netip.AddrFrom16(b)
}

var allRouters = netip.MustParseAddr("ff02::2")

// GroupMAC returns the MAC address that belongs to a multicast address, or to IPv4's limited broadcast: nobody need be
// asked for it (RFC 1112, 6.4; RFC 2464, section 7).
func GroupMAC(a netip.Addr) (frame.MAC, bool) {
	switch b := a.AsSlice(); {
	case a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return frame.Broadcast, true
	case !a.IsMulticast():
		return frame.MAC{}, false
	case a.Is4():
		return frame.MAC{0x01, 0x00, 0x5e, b[1] & 0x7f, b[2], b[3]}, true
	default:
		return frame.MAC{0x33, 0x33, b[12], b[13], b[14], b[15]}, true
	}
}

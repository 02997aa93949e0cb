package nexthop

import (
	"encoding/binary"
	"net/netip"

	"netkmsg/frame"
)

var be = binary.BigEndian

// Operations of ARP.
const (
	arpRequest = 1
	arpReply   = 2
)

// arpLen is the length of a packet for Ethernet and IPv4.
const arpLen = 28

// arp is a packet of RFC 826 for Ethernet and IPv4. A request from 0.0.0.0 is a probe (RFC 5227): it enters no cache.
type arp struct {
	op        uint16
	senderMAC frame.MAC
	sender    netip.Addr
	targetMAC frame.MAC
	target    netip.Addr
}

func (a arp) payload() []byte {
	b := make([]byte, 0, arpLen)
	b = append(b, 0, 1, 8, 0, 6, 4) // Ethernet, IPv4, lengths of their addresses
	b = be.AppendUint16(b, a.op)
	b = append(b, a.senderMAC[:]...)
	b = append(b, a.sender.AsSlice()...)
	b = append(b, a.targetMAC[:]...)
	return append(b, a.target.AsSlice()...)
}

// parseARP reads a packet, behind which padding may follow.
func parseARP(b []byte) (a arp, ok bool) {
	if len(b) < arpLen || string(b[:6]) != "\x00\x01\x08\x00\x06\x04" {
		return arp{}, false
	}
	a = arp{
		op:        be.Uint16(b[6:]),
		senderMAC: frame.MAC(b[8:14]),
		sender:    netip.AddrFrom4([4]byte(b[14:18])),
		targetMAC: frame.MAC(b[18:24]),
		target:    netip.AddrFrom4([4]byte(b[24:28])),
	}
	return a, a.op == arpRequest || a.op == arpReply
}

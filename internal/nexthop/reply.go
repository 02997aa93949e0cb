package nexthop

import (
	"net/netip"

	"netkmsg/frame"
)

// Reply answers for addr at mac, if b is a frame that asks for it: an ARP request or a neighbour solicitation. It lets
// a sender that has no stack of its own be found by the other side. Probes for duplicates (RFC 5227, RFC 4862) get no
// answer, as nothing is claimed; an advertisement does not override what a cache holds (RFC 4861, 7.2.4).
func Reply(b []byte, unverified bool, addr netip.Addr, mac frame.MAC) (reply []byte, ok bool) {
	e, ok := frame.ParseEthernet(b)
	if !ok || e.Source == mac || !e.Source.IsUnicast() || tag(e) != 0 {
		return nil, false
	}
	var payload []byte
	switch e.Type {
	case frame.TypeARP:
		payload, ok = replyARP(e.Payload, addr, mac)
	case frame.TypeIPv6:
		payload, ok = replyNDP(e.Payload, unverified, addr, mac)
	default:
		ok = false
	}
	if !ok {
		return nil, false
	}
	reply, err := frame.Ethernet{Target: e.Source, Source: mac, Type: e.Type, Payload: payload}.Frame()
	return reply, err == nil
}

func replyARP(b []byte, addr netip.Addr, mac frame.MAC) ([]byte, bool) {
	p, ok := parseARP(b)
	if !ok || p.op != arpRequest || p.target != addr || p.sender.IsUnspecified() {
		return nil, false
	}
	return arp{op: arpReply, senderMAC: mac, sender: addr, targetMAC: p.senderMAC, target: p.sender}.payload(), true
}

func replyNDP(b []byte, unverified bool, addr netip.Addr, mac frame.MAC) ([]byte, bool) {
	p, ok := parseNDP(b, unverified)
	if !ok || len(p.message) < 24 || p.message[0] != typeNS || p.source.IsUnspecified() ||
		netip.AddrFrom16([16]byte(p.message[8:24])) != addr {
		return nil, false
	}
	const solicited = 0x40
	m := append([]byte{typeNA, 0, 0, 0, solicited, 0, 0, 0}, addr.AsSlice()...)
	m = append(append(m, optTarget, 1), mac[:]...)
	return packet6{addr, p.source, m}.payload(), true
}

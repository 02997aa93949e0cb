package frame

import (
	"fmt"
	"net/netip"
)

// Parse takes apart an Ethernet frame that carries a whole UDP datagram over
// IPv6 or IPv4, behind any number of VLAN tags, and verifies every length and
// checksum. It allocates nothing unless there is an error, which is a
// *[ParseError].
//
// Accepted besides what Template makes: IPv4 options; the IPv6 extension
// headers hop-by-hop options, routing, fragment (of a datagram in one piece),
// authentication and destination options; an IPv4 datagram without a UDP
// checksum; bytes behind the IP packet.
//
// Refused besides what is broken: fragments, with [ErrFragment], as only the
// first has a UDP header and none has all that its checksum covers; UDP with
// bytes between its end and the IP packet's (RFC 9868), as netpoll sends none
// and they are more likely the mark of a damaged length; jumbograms (RFC 2675).
func Parse(b []byte) (f Frame, err error) {
	if err = f.parse(LinkEthernet, b, true); err != nil {
		f = Frame{}
	}
	return f, err
}

// ParseUnverified is Parse without a look at the IPv4 header checksum and the
// UDP checksum. It is for frames that a virtual device such as veth handed
// over with checksums that a real one would still have filled in.
func ParseUnverified(b []byte) (f Frame, err error) {
	if err = f.parse(LinkEthernet, b, false); err != nil {
		f = Frame{}
	}
	return f, err
}

// parse fills in f, which is good for nothing if there is an error.
func (f *Frame) parse(l LinkType, b []byte, verify bool) error {
	f.raw, f.link = b, l
	kind, err := f.parseLink()
	if err != nil {
		return err
	}
	var end int
	switch kind {
	case typeIPv4:
		end, err = f.parseIPv4(verify)
	case typeIPv6:
		end, err = f.parseIPv6()
	default:
		err = f.notIP(kind)
	}
	if err != nil {
		return err
	}
	f.Padding = b[end:]
	return f.parseUDP(end, verify)
}

// parseIPv4 returns where the packet ends.
func (f *Frame) parseIPv4(verify bool) (end int, err error) {
	h := f.raw[f.ip:]
	if len(h) < ipv4Len {
		return 0, short("IPv4", f.ip, len(h), ipv4Len)
	}
	size, total := int(h[0]&15)*4, int(be.Uint16(h[2:]))
	switch {
	case h[0]>>4 != 4:
		return 0, f.bad("IPv4", "Version", 0, int(h[0]>>4), "4")
	case size < ipv4Len:
		return 0, f.bad("IPv4", "IHL", 0, size/4, "5 or more")
	case total < size:
		return 0, f.bad("IPv4", "Total Length", 2, total, fmt.Sprintf("%d or more, the header's own", size))
	case total > len(h):
		return 0, f.beyond("IPv4", "Total Length", 2, total, len(h))
	case verify && Checksum(h[:size]) != 0:
		return 0, f.badChecksum("IPv4", "Header Checksum", f.ip+10, ipv4Checksum(h[:size]))
	case h[9] != protoUDP:
		return 0, &ParseError{"IPv4", "Protocol", f.ip + 9, fmt.Sprint(h[9]), "17 (UDP)", ErrNotUDP}
	case be.Uint16(h[6:])&0x3fff != 0:
		return 0, fragment("IPv4", f.ip+6, int(be.Uint16(h[6:])&0x1fff)*8, h[6]&0x20 != 0)
	}
	f.TrafficClass = h[1]
	f.ID = be.Uint16(h[4:])
	f.DontFragment = h[6]&0x40 != 0
	f.HopLimit = h[8]
	f.NextHeader = protoUDP
	f.Source.Addr = netip.AddrFrom4([4]byte(h[12:16]))
	f.Target.Addr = netip.AddrFrom4([4]byte(h[16:20]))
	f.Extensions = h[ipv4Len:size:size]
	f.udp = f.ip + size
	return f.ip + total, nil
}

// parseUDP reads the datagram between f.udp and end.
func (f *Frame) parseUDP(end int, verify bool) error {
	u := f.raw[f.udp:end:end]
	if len(u) < udpLen {
		return short("UDP", f.udp, len(u), udpLen)
	}
	if n := int(be.Uint16(u[4:])); n != len(u) {
		return &ParseError{"UDP", "Length", f.udp + 4, fmt.Sprint(n), fmt.Sprintf("%d, up to the end of the IP packet", len(u)), nil}
	}
	f.Source.Port, f.Target.Port = be.Uint16(u), be.Uint16(u[2:])
	f.UDPChecksum = be.Uint16(u[6:])
	f.Payload = u[udpLen:]
	if !verify || f.UDPChecksum == 0 && f.IsIPv4() {
		return nil
	}
	if want := f.udpChecksum(); f.UDPChecksum != want {
		return f.badChecksum("UDP", "Checksum", f.udp+6, want)
	}
	return nil
}

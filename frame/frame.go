package frame

import "math/bits"

// Frame is a parsed frame, of Ethernet unless [ParseLink] was told otherwise. Its slices are parts of the bytes that were parsed;
// nothing is copied, and none can grow into the next.
type Frame struct {
	Source, Target Endpoint

	TrafficClass uint8  // IPv6 traffic class or IPv4 type of service
	FlowLabel    uint32 // IPv6
	HopLimit     uint8  // IPv6 hop limit or IPv4 time to live
	ID           uint16 // IPv4 identification
	DontFragment bool   // IPv4

	// NextHeader says what Extensions begins with: the number of an IPv6
	// extension header, or 17 (UDP) if there are none, as always in IPv4.
	NextHeader uint8

	// Extensions is what stands between the fixed IP header and UDP: IPv4
	// options or the chain of IPv6 extension headers.
	Extensions []byte

	UDPChecksum uint16 // as sent; 0 in IPv4 means that there is none
	Payload     []byte // of the UDP datagram
	Padding     []byte // what follows the IP packet: Ethernet's padding, trailers

	raw     []byte
	link    LinkType
	ip, udp int // where the IP and UDP headers begin
	final   int // where the destination address of the IPv6 pseudo header stands
}

// IsIPv4 reports whether the frame carries IPv4 rather than IPv6.
func (f Frame) IsIPv4() bool { return f.Source.Addr.Is4() }

// NumVLAN returns the number of VLAN tags.
func (f Frame) NumVLAN() int {
	return max(0, f.ip-f.link.size()) / tagLen
}

// VLAN returns the i'th VLAN tag, 0 being the outermost.
// It panics unless 0 <= i < NumVLAN().
func (f Frame) VLAN(i int) VLAN {
	tci := be.Uint16(f.raw[f.link.size():f.ip][tagLen*i:])
	return VLAN{
		TPID:         be.Uint16(f.raw[f.tpid(i):]),
		Priority:     uint8(tci >> 13),
		DropEligible: tci&0x1000 != 0,
		ID:           tci & 0xfff,
	}
}

// Header returns the header whose template builds the same frame again from
// Payload, after SetID(f.ID); of another link type the same packet in Ethernet.
//
// It leaves out Padding, an absent UDP checksum and IPv4's reserved flag. A
// routing header with segments left makes the template's checksum wrong, and
// the reserved VLAN ID 4095 makes a header that Template refuses.
func (f Frame) Header() Header {
	h := Header{
		Source:       f.Source,
		Target:       f.Target,
		TrafficClass: f.TrafficClass,
		FlowLabel:    f.FlowLabel,
		HopLimit:     f.HopLimit,
		NoHops:       f.HopLimit == 0,
		DontFragment: f.DontFragment,
	}
	for i := range f.NumVLAN() {
		h.VLANs = append(h.VLANs, f.VLAN(i))
	}
	if len(f.Extensions) > 0 {
		h.Extensions = f.Extensions
		if !f.IsIPv4() {
			h.NextHeader = f.NextHeader
		}
	}
	return h
}

// udpChecksum returns the checksum field that the datagram should have.
func (f *Frame) udpChecksum() uint16 {
	size := uint16(udpLen + len(f.Payload))
	var s uint64
	if f.IsIPv4() {
		s = pseudo(size, f.raw[f.ip+12:f.ip+16], f.raw[f.ip+16:f.ip+20])
	} else {
		s = pseudo(size, f.raw[f.ip+8:f.ip+24], f.raw[f.final:f.final+16])
	}
	s = sum(s, f.raw[f.udp:f.udp+6]) // all but the checksum itself
	return bits.ReverseBytes16(finish(sum(s, f.Payload)))
}

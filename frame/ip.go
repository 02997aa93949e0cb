package frame

import "math/bits"

const (
	ipv4Len = 20
	ipv6Len = 40
	udpLen  = 8

	protoUDP = 17
)

func (h Header) appendIPv4(b []byte) []byte {
	b = append(b, 0x45+uint8(len(h.Extensions)/4), h.TrafficClass, 0, 0, 0, 0)
	if h.DontFragment {
		b = append(b, 0x40, 0)
	} else {
		b = append(b, 0, 0)
	}
	b = append(b, h.hopLimit(), protoUDP, 0, 0)
	b = append(b, h.Source.Addr.AsSlice()...)
	b = append(b, h.Target.Addr.AsSlice()...)
	return append(b, h.Extensions...)
}

func (h Header) appendIPv6(b []byte) []byte {
	b = be.AppendUint32(b, 6<<28|uint32(h.TrafficClass)<<20|h.FlowLabel)
	next := uint8(protoUDP)
	if len(h.Extensions) > 0 {
		next = h.NextHeader
	}
	b = append(b, 0, 0, next, h.hopLimit())
	b = append(b, h.Source.Addr.AsSlice()...)
	b = append(b, h.Target.Addr.AsSlice()...)
	return append(b, h.Extensions...)
}

// pseudo returns the sum of the pseudo header for a datagram of size bytes. It
// is the same for both families (RFC 768; RFC 8200, section 8.1), because
// zeros count nothing and a size has 16 bits.
func pseudo(size uint16, src, dst []byte) uint64 {
	s := uint64(bits.ReverseBytes16(size)) + uint64(bits.ReverseBytes16(protoUDP))
	return sum(sum(s, src), dst)
}

// ipv4Checksum returns the checksum field that an IPv4 header should have.
func ipv4Checksum(h []byte) uint16 {
	return bits.ReverseBytes16(^fold(sum(sum(0, h[:10]), h[12:])))
}

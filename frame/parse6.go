package frame

import (
	"fmt"
	"net/netip"
)

// parseIPv6 returns where the packet ends.
func (f *Frame) parseIPv6() (end int, err error) {
	h := f.raw[f.ip:]
	if len(h) < ipv6Len {
		return 0, short("IPv6", f.ip, len(h), ipv6Len)
	}
	word, total := be.Uint32(h), ipv6Len+int(be.Uint16(h[4:]))
	switch {
	case word>>28 != 6:
		return 0, f.bad("IPv6", "Version", 0, int(word>>28), "6")
	case total > len(h):
		return 0, f.beyond("IPv6", "Payload Length", 4, total-ipv6Len, len(h)-ipv6Len)
	}
	f.TrafficClass = uint8(word >> 20)
	f.FlowLabel = word & 0xfffff
	f.NextHeader = h[6]
	f.HopLimit = h[7]
	f.Source.Addr = netip.AddrFrom16([16]byte(h[8:24]))
	f.Target.Addr = netip.AddrFrom16([16]byte(h[24:40]))
	f.final = f.ip + 24
	end = f.ip + total
	if err := f.parseExtensions(end); err != nil {
		return 0, err
	}
	f.Extensions = f.raw[f.ip+ipv6Len : f.udp : f.udp]
	return end, nil
}

// parseExtensions walks the chain of headers up to UDP.
func (f *Frame) parseExtensions(end int) error {
	first := f.ip + ipv6Len
	layer, field := "IPv6", f.ip+6 // where the type of the next header stands
	for at := first; ; {
		next := f.raw[field]
		if next == protoUDP {
			f.udp = at
			return nil
		}
		name := extension(next)
		switch {
		case name == "":
			return &ParseError{layer, "Next Header", field, fmt.Sprint(next), "17 (UDP) or an extension header in front of it", ErrNotUDP}
		case next == extHopByHop && at != first:
			return &ParseError{layer, "Next Header", field, "0 (Hop-by-Hop Options)", "anything else, as these options come first", nil}
		case end-at < 8:
			return short(name, at, end-at, 8)
		}
		h := f.raw[at:end]
		size := extensionLen(next, h)
		if least := extensionMin(next); size < least || size > len(h) {
			return &ParseError{name, extensionLenName(next), at + 1, fmt.Sprintf("%d (%s)", h[1], count(size)),
				fmt.Sprintf("%d to %d bytes, as many as the packet has left", least, len(h)), nil}
		}
		switch next {
		case extFragment:
			if v := be.Uint16(h[2:]); v&0xfff9 != 0 {
				return fragment(name, at+2, int(v&0xfff8), v&1 != 0)
			}
		case extRouting:
			if err := f.route(at, size); err != nil {
				return err
			}
		}
		layer, field, at = name, at, at+size
	}
}

// route finds the last destination in a routing header with segments left,
// because the sender's pseudo header has that instead of the next one (RFC
// 8200, section 8.1). It stands last in types 0 (RFC 2460) and 2 (RFC 6275),
// and first in type 4 (RFC 8754).
func (f *Frame) route(at, size int) error {
	kind, left := f.raw[at+2], f.raw[at+3]
	switch {
	case left == 0:
	case (kind == 0 || kind == 2) && size >= 24:
		f.final = at + size - 16
	case kind == 4 && size >= 24:
		f.final = at + 8
	default:
		return &ParseError{"Routing", "Segments Left", at + 3, fmt.Sprint(left),
			fmt.Sprintf("0, as the last destination in %s of routing type %d is not known", count(size), kind), nil}
	}
	return nil
}

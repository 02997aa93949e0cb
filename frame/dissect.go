package frame

import "net/netip"

// Layers is what can be read of a frame, be it faulty, cut short, a fragment or
// of another protocol than UDP. Its slices are parts of the frame's bytes.
type Layers struct {
	Link bool // the link header is whole; so are the VLAN tags listed

	Source, Target Endpoint // MAC if Link, Addr if Version, Port if UDP
	VLANs          []VLAN   // outermost first
	EtherType      uint16   // behind the tags; 0 if it is cut off or the link has none

	// Version is 4 or 6 if there is a whole IP header of the family that the
	// EtherType says, even if the header's own version is another; else 0.
	Version      uint8
	TrafficClass uint8  // IPv6 traffic class or IPv4 type of service
	FlowLabel    uint32 // IPv6
	HopLimit     uint8  // IPv6 hop limit or IPv4 time to live
	ID           uint16 // IPv4 identification
	DontFragment bool   // IPv4

	Extensions []Extension // the whole extension headers of IPv6, in order
	Fragment   Fragment
	Protocol   uint8 // IP's protocol number of what follows; 0 without Version

	UDP         bool   // there is a whole UDP header
	UDPLength   uint16 // as sent
	UDPChecksum uint16 // as sent

	// Payload is what follows the last header that could be read, up to the end
	// of the IP packet or, where its length cannot be meant, of the frame.
	Payload []byte
	Padding []byte // behind the IP packet
}

// Fragment is what an IPv4 header or an IPv6 fragment header says of a
// datagram's part. The zero value stands for neither: whole.
type Fragment struct {
	Header bool // IPv6: there is a fragment header, be it of an atomic fragment
	Offset int  // bytes, a multiple of 8
	More   bool
	ID     uint32 // of IPv6's header; IPv4's is Layers.ID
}

// Part reports whether the frame has less than the whole datagram.
func (g Fragment) Part() bool { return g.Offset > 0 || g.More }

// Dissect reads as much of a frame as there is, without any verdict; [Faults]
// gives that. Of a frame that [ParseLinkUnverified] takes it reads the same.
func Dissect(l LinkType, b []byte) (y Layers) {
	f := Frame{raw: b, link: l}
	kind, err := f.parseLink()
	y.Link = f.ip > 0 && f.ip >= l.size() || err == nil
	y.Source.MAC, y.Target.MAC = f.Source.MAC, f.Target.MAC
	if !y.Link {
		y.Payload = b
		return y
	}
	for i := range f.NumVLAN() {
		y.VLANs = append(y.VLANs, f.VLAN(i))
	}
	y.Payload = b[f.ip:]
	if err != nil {
		return y
	}
	y.EtherType = kind
	switch {
	case kind == typeIPv4 && len(y.Payload) >= ipv4Len:
		y.ipv4()
	case kind == typeIPv6 && len(y.Payload) >= ipv6Len:
		y.ipv6()
	default:
		return y
	}
	y.udp()
	return y
}

// within cuts the payload, which begins with an IP header, to the length that this tells.
func (y *Layers) within(header, total int) {
	b := y.Payload
	if total >= header && total <= len(b) {
		b, y.Padding = b[:total:total], b[total:]
	}
	y.Payload = b[min(header, len(b)):]
}

func (y *Layers) ipv4() {
	h := y.Payload
	y.Version = 4
	y.TrafficClass, y.ID, y.HopLimit, y.Protocol = h[1], be.Uint16(h[4:]), h[8], h[9]
	place := be.Uint16(h[6:])
	y.DontFragment = place&0x4000 != 0
	y.Fragment = Fragment{Offset: int(place&0x1fff) * 8, More: place&0x2000 != 0}
	y.Source.Addr, y.Target.Addr = netip.AddrFrom4([4]byte(h[12:])), netip.AddrFrom4([4]byte(h[16:]))
	y.within(max(ipv4Len, int(h[0]&15)*4), int(be.Uint16(h[2:])))
}

func (y *Layers) ipv6() {
	h := y.Payload
	word := be.Uint32(h)
	y.Version = 6
	y.TrafficClass, y.FlowLabel, y.HopLimit, y.Protocol = uint8(word>>20), word&0xfffff, h[7], h[6]
	y.Source.Addr, y.Target.Addr = netip.AddrFrom16([16]byte(h[8:])), netip.AddrFrom16([16]byte(h[24:]))
	y.within(ipv6Len, ipv6Len+int(be.Uint16(h[4:])))
	for extension(y.Protocol) != "" && len(y.Payload) >= 8 && y.Fragment.Offset == 0 {
		size := extensionLen(y.Protocol, y.Payload)
		if size < extensionMin(y.Protocol) || size > len(y.Payload) {
			return
		}
		e := Extension{y.Protocol, y.Payload[:size:size]}
		if e.Type == extFragment {
			place := be.Uint16(e.Body[2:])
			y.Fragment = Fragment{true, int(place &^ 7), place&1 != 0, be.Uint32(e.Body[4:])}
		}
		y.Extensions = append(y.Extensions, e)
		y.Protocol, y.Payload = e.Body[0], y.Payload[size:]
	}
}

// udp reads the UDP header, which the first fragment alone has.
func (y *Layers) udp() {
	u := y.Payload
	if y.Protocol != protoUDP || len(u) < udpLen || y.Fragment.Offset > 0 {
		return
	}
	y.UDP = true
	y.Source.Port, y.Target.Port = be.Uint16(u), be.Uint16(u[2:])
	y.UDPLength, y.UDPChecksum = be.Uint16(u[4:]), be.Uint16(u[6:])
	y.Payload = u[udpLen:]
}

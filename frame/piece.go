package frame

import (
	"fmt"
	"net/netip"
)

// maxPacket is the largest IPv4 packet and the largest payload of IPv6.
const maxPacket = 65535

// fragmentKey tells the fragments of one datagram from all others: RFC 791,
// section 3.2, where the protocol is always UDP here, and RFC 8200, section
// 4.5. Besides, hosts in two VLANs may have one address.
type fragmentKey struct {
	src, dst netip.Addr
	id       uint32
	vlans    uint32 // the IDs of the innermost two and more
}

// A piece is a fragment as its headers describe it.
type piece struct {
	key  fragmentKey
	head int    // the length of the headers in front of the fragment header or, in IPv4, the data
	next int    // where in them the type of the following header stands
	kind uint8  // that type when there are no fragments any more
	at   int    // where in the datagram the data belong
	more bool   // there is data behind
	data []byte // part of the frame
}

// piece describes the fragment for which f.parse returned ErrFragment.
func (f *Frame) piece() (p piece, err error) {
	h := f.raw[f.ip:]
	var field int
	if h[0]>>4 == 4 {
		p, field = f.piece4(h)
	} else {
		p, field = f.piece6(h)
	}
	for i := range f.NumVLAN() {
		p.key.vlans = p.key.vlans<<12 | uint32(f.VLAN(i).ID)
	}
	room := maxPacket - (p.head - f.ip)
	layer := "IPv4"
	if p.key.src.Is6() {
		room += ipv6Len
		layer = "Fragment"
	}
	n := len(p.data)
	switch {
	case n == 0:
		return p, &ParseError{layer, "data", field, count(n), "any", nil}
	case p.more && n%8 != 0:
		return p, &ParseError{layer, "data", field, count(n) + " with more to follow", "a multiple of 8", nil}
	case p.at+n > room:
		return p, &ParseError{layer, "data", field, fmt.Sprintf("up to byte %d of the datagram", p.at+n), fmt.Sprintf("up to %d at most", room), nil}
	}
	return p, nil
}

func (f *Frame) piece4(h []byte) (piece, int) {
	size, flags := int(h[0]&15)*4, be.Uint16(h[6:])
	return piece{
		key: fragmentKey{
			src: netip.AddrFrom4([4]byte(h[12:16])),
			dst: netip.AddrFrom4([4]byte(h[16:20])),
			id:  uint32(be.Uint16(h[4:])),
		},
		head: f.ip + size,
		next: f.ip + 9,
		kind: protoUDP,
		at:   int(flags&0x1fff) * 8,
		more: flags&0x2000 != 0,
		data: h[size:be.Uint16(h[2:])],
	}, f.ip + 6
}

func (f *Frame) piece6(h []byte) (piece, int) {
	at, next := ipv6Len, 6
	for h[next] != extFragment {
		at, next = at+extensionLen(h[next], h[at:]), at
	}
	place := be.Uint16(h[at+2:])
	return piece{
		key:  fragmentKey{src: f.Source.Addr, dst: f.Target.Addr, id: be.Uint32(h[at+4:])},
		head: f.ip + at,
		next: f.ip + next,
		kind: h[at],
		at:   int(place &^ 7),
		more: place&1 != 0,
		data: h[at+8 : ipv6Len+int(be.Uint16(h[4:]))],
	}, f.ip + at + 2
}

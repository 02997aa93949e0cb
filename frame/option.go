package frame

import "slices"

// Types of IPv6 extension headers, for Header.NextHeader and Extension.Type.
const (
	NextHopByHop    uint8 = extHopByHop // hop-by-hop options (RFC 8200, section 4.3)
	NextFragment    uint8 = extFragment // fragment (RFC 8200, section 4.5)
	NextDestination uint8 = extDest     // destination options (RFC 8200, section 4.6)
)

// Option is one option of a hop-by-hop or destination options header (RFC
// 8200, section 4.2). The zero value is Pad1, which has neither length nor data.
type Option struct {
	Type uint8
	Data []byte // at most 255 bytes
}

// Extension is an IPv6 extension header as [ChainExtensions] takes it.
type Extension struct {
	Type uint8
	Body []byte // the whole header; its first byte, the next header's type, is filled in
}

// HopByHop returns a hop-by-hop options header, which stands first in a chain.
// Behind the options, PadN or Pad1 fills it up to a multiple of 8 bytes; no
// option is aligned beyond that. A header holds 2,046 bytes of options.
func HopByHop(opts ...Option) Extension { return options(NextHopByHop, opts) }

// DestinationOptions returns a destination options header, filled up as
// HopByHop fills its own.
func DestinationOptions(opts ...Option) Extension { return options(NextDestination, opts) }

func options(kind uint8, opts []Option) Extension {
	b := []byte{0, 0}
	for _, o := range opts {
		b = append(b, o.Type)
		if o.Type != 0 {
			b = append(b, uint8(len(o.Data)))
			b = append(b, o.Data...)
		}
	}
	switch n := -len(b) & 7; {
	case n == 1:
		b = append(b, 0) // Pad1
	case n > 1:
		b = append(b, 1, uint8(n-2)) // PadN
		b = append(b, make([]byte, n-2)...)
	}
	b[1] = uint8(len(b)/8 - 1)
	return Extension{kind, b}
}

// FragmentHeader returns a fragment header. The offset is in bytes, a multiple
// of 8 up to 65,528; what is beyond is cut off. Offset 0 with nothing to follow
// makes an atomic fragment (RFC 6946), which Parse takes for the whole datagram
// that it is.
func FragmentHeader(offset uint16, more bool, id uint32) Extension {
	b := make([]byte, 8)
	place := offset &^ 7
	if more {
		place |= 1
	}
	be.PutUint16(b[2:], place)
	be.PutUint32(b[4:], id)
	return Extension{NextFragment, b}
}

// ChainExtensions links headers in the order given, UDP following the last, and
// returns what Header.NextHeader and Header.Extensions are to be.
func ChainExtensions(exts ...Extension) (next uint8, chain []byte) {
	next = protoUDP
	for _, e := range slices.Backward(exts) {
		h := slices.Clone(e.Body)
		h[0] = next
		chain = append(h, chain...)
		next = e.Type
	}
	return next, chain
}

package frame

import (
	"encoding/binary"
	"math/bits"
)

// Checksum returns the Internet checksum of b (RFC 1071): the complement of
// the ones' complement sum of its big-endian 16-bit words, a last odd byte
// being the high half of a word whose low half is zero. Over data that hold
// their own right checksum it is 0.
func Checksum(b []byte) uint16 {
	return bits.ReverseBytes16(^fold(sum(0, b)))
}

// The sum of byte-swapped words is the byte-swapped sum (RFC 1071, section 2B).
// Inside the package all sums are therefore of little-endian words, which the
// machines at hand load without swapping; le reads them and stores the result,
// be is for everything else on the wire.
var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

// sum adds the ones' complement sum of b to acc. It keeps 64 bits, to which
// fold puts an end. b counts as starting at an even offset.
//
// There are two chains of additions so that neither waits for the other, and
// what they carry out is gathered in carries: folding it back at once would
// overflow where a chain ends in all ones.
func sum(acc uint64, b []byte) uint64 {
	var s, c, carries uint64
	p := b
	for len(p) >= 64 {
		acc, c = bits.Add64(acc, le.Uint64(p), 0)
		acc, c = bits.Add64(acc, le.Uint64(p[8:]), c)
		acc, c = bits.Add64(acc, le.Uint64(p[16:]), c)
		acc, c = bits.Add64(acc, le.Uint64(p[24:]), c)
		carries += c
		s, c = bits.Add64(s, le.Uint64(p[32:]), 0)
		s, c = bits.Add64(s, le.Uint64(p[40:]), c)
		s, c = bits.Add64(s, le.Uint64(p[48:]), c)
		s, c = bits.Add64(s, le.Uint64(p[56:]), c)
		carries += c
		p = p[64:]
	}
	if len(p) >= 32 {
		acc, c = bits.Add64(acc, le.Uint64(p), 0)
		acc, c = bits.Add64(acc, le.Uint64(p[8:]), c)
		acc, c = bits.Add64(acc, le.Uint64(p[16:]), c)
		acc, c = bits.Add64(acc, le.Uint64(p[24:]), c)
		carries += c
		p = p[32:]
	}
	if len(p) >= 16 {
		s, c = bits.Add64(s, le.Uint64(p), 0)
		s, c = bits.Add64(s, le.Uint64(p[8:]), c)
		carries += c
		p = p[16:]
	}
	if len(p) >= 8 {
		s, c = bits.Add64(s, le.Uint64(p), 0)
		carries += c
		p = p[8:]
	}
	acc, c = bits.Add64(acc, s, 0)
	carries += c
	acc, c = bits.Add64(acc, last(b, p), 0)
	acc, c = bits.Add64(acc, carries, c)
	return acc + c
}

// last returns p, the fewer than eight bytes that end b, as a little-endian
// number. One load that reaches back into b and a shift that drops what is
// already summed avoid three branches, which would be guessed wrong half the
// time when lengths vary.
func last(b, p []byte) uint64 {
	if len(b) >= 8 {
		return le.Uint64(b[len(b)-8:]) >> (64 - 8*uint(len(p)))
	}
	var w uint64
	for i, x := range p {
		w |= uint64(x) << (8 * uint(i))
	}
	return w
}

// fold reduces a sum to 16 bits by adding its halves, their carry coming
// around, twice. Only a sum of nothing but zeros is 0.
func fold(s uint64) uint16 {
	s += bits.RotateLeft64(s, 32)
	h := uint32(s >> 32)
	h += bits.RotateLeft32(h, 16)
	return uint16(h >> 16)
}

// finish returns the checksum field of a UDP header for a sum: 0 would mean
// that there is none and is sent as 0xffff, of equal value (RFC 768; RFC 8200,
// section 8.1), as real kernels were seen to do in both families.
func finish(s uint64) uint16 {
	if c := ^fold(s); c != 0 {
		return c
	}
	return 0xffff
}

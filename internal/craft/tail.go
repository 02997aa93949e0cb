package craft

import (
	"encoding/binary"

	"netkmsg/frame"
)

// A tail is a payload that varies in size or content.
type tail struct {
	data   []byte   // as long as the longest, where it is the same in every frame
	sums   []uint16 // of data[:n], by n
	random bool
	number bool
	field  uint64
}

// append appends the payload of frame i and returns its ones' complement sum.
func (t *tail) append(f []byte, i uint64, n int, seed uint64) ([]byte, uint16) {
	at := len(f)
	switch {
	case t.random:
		f = f[:at+n]
		fill(f[at:], random(seed, i, t.field))
	case t.number:
		f = append(f, t.data[:n]...)
		var b [8]byte
		be.PutUint64(b[:], i)
		copy(f[at:], b[:])
	default:
		return append(f, t.data[:n]...), t.sums[n]
	}
	return f, ^frame.Checksum(f[at:])
}

// fill writes the numbers of a SplitMix64 generator.
func fill(b []byte, x uint64) {
	const golden = 0x9e3779b97f4a7c15
	for len(b) >= 8 {
		x += golden
		binary.LittleEndian.PutUint64(b, mix(x))
		b = b[8:]
	}
	x = mix(x + golden)
	for i := range b {
		b[i] = byte(x >> (8 * i))
	}
}

// sums returns the ones' complement sums of the beginnings of b.
func sums(b []byte) []uint16 {
	list := make([]uint16, len(b)+1)
	even := uint32(0) // of whole words
	for i, x := range b {
		s := even + uint32(x)
		if i&1 == 0 {
			s = even + uint32(x)<<8
		}
		s = s&0xffff + s>>16
		list[i+1] = uint16(s)
		even = s // a word's halves are added one after the other
	}
	return list
}

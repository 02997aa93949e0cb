package output

import "encoding/binary"

// A block is what the outputs with entries of their own put into the queue,
// whose writer sees only bytes: a length of 4 bytes, then that many.

// appendBlock appends a block of what fill appends.
func appendBlock(dst []byte, fill func(dst []byte) []byte) []byte {
	at := len(dst)
	dst = fill(append(dst, 0, 0, 0, 0))
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}

// nextBlock returns the content of the first block in b and its whole length.
func nextBlock(b []byte) (content []byte, size int) {
	size = 4 + int(binary.LittleEndian.Uint32(b))
	return b[4:size], size
}

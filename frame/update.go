package frame

import "math/bits"

// UpdateChecksum returns the checksum that data with the checksum c have after
// the bytes old in them became new: HC' = ~(~HC + ~m + m') (RFC 1624, equation
// 3). It is bit for bit what Checksum returns for the changed data, unless these
// are nothing but zeros, which no packet is.
//
// Both old and new begin at an even offset. They need not be of one length: the
// shorter counts as followed by zeros, so that an empty old stands for bytes that
// were not there. It allocates nothing.
func UpdateChecksum(c uint16, old, new []byte) uint16 {
	return bits.ReverseBytes16(^fold(update(c, old, new)))
}

// UpdateUDPChecksum is UpdateChecksum for the checksum field of a UDP datagram:
// a result of 0, which would mean that there is none, is 0xffff, of equal value
// (RFC 768; RFC 8200, section 8.1). A field of 0 has to stay as it is, and is
// not to be given.
func UpdateUDPChecksum(c uint16, old, new []byte) uint16 {
	return bits.ReverseBytes16(finish(update(c, old, new)))
}

// update returns the changed sum. Each part has been folded, so that no carry
// is lost.
func update(c uint16, old, new []byte) uint64 {
	return uint64(bits.ReverseBytes16(^c)) + uint64(^fold(sum(0, old))) + uint64(fold(sum(0, new)))
}

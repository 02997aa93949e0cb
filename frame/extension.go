package frame

// IPv6 extension headers (RFC 8200, section 4; RFC 4302).
const (
	extHopByHop = 0
	extRouting  = 43
	extFragment = 44
	extAH       = 51
	extDest     = 60
)

// extension names the layer of an extension header; what may not stand before
// UDP has no name.
func extension(next uint8) string {
	switch next {
	case extHopByHop:
		return "Hop-by-Hop Options"
	case extRouting:
		return "Routing"
	case extFragment:
		return "Fragment"
	case extAH:
		return "Authentication"
	case extDest:
		return "Destination Options"
	}
	return ""
}

// extensionLen returns the length in bytes that an extension header tells:
// authentication counts in words of four bytes, the others in eight, each less
// the first eight bytes, and a fragment header always has just these.
func extensionLen(next uint8, h []byte) int {
	switch next {
	case extFragment:
		return 8
	case extAH:
		return (int(h[1]) + 2) * 4
	}
	return (int(h[1]) + 1) * 8
}

// extensionMin returns the length in bytes of an extension header's fixed part.
func extensionMin(next uint8) int {
	if next == extAH {
		return 12
	}
	return 8
}

// extensionLenName names the length field of an extension header.
func extensionLenName(next uint8) string {
	if next == extAH {
		return "Payload Len"
	}
	return "Hdr Ext Len"
}

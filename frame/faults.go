package frame

import (
	"errors"
	"slices"
)

// Faults returns all that is wrong with a frame: what [ParseLink] would report
// and, as far as it can be told, what it would report next if that were
// mended. There are none in a frame of another protocol, or in a fragment
// whose own headers are right.
//
// Where the frame is cut short, the UDP checksum cannot be told. A UDP length
// that contradicts the IP packet's does not make the checksum wrong if it is
// right for either. Bytes other than zero behind the packet come last and are
// more of a remark, for which errors.Is of [ErrPadding] is true.
func Faults(l LinkType, b []byte) []*ParseError {
	var list []*ParseError
	have := len(b)
	for cut := false; ; {
		var f Frame
		err := f.parse(l, b, true)
		if errors.Is(err, ErrFragment) {
			_, err = f.piece()
		}
		e, bad := errors.AsType[*ParseError](err)
		switch {
		case !bad:
			return append(list, f.remarks()...)
		case cut && (e.Offset+2 > have || e.Layer+" "+e.Field == "UDP Checksum"):
			return list // of zeros that stand for what is missing
		case e.Err == ErrNotUDP:
			return list
		}
		list = append(list, e)
		if b = f.mend(e); b == nil {
			return list
		}
		cut = cut || e.Err == ErrTruncated
	}
}

// mend returns a copy of the frame without this fault, nil if nothing behind
// it could be told.
func (f *Frame) mend(e *ParseError) []byte {
	b := slices.Clone(f.raw)
	at := b[e.Offset:]
	switch e.Layer + " " + e.Field {
	case "IPv4 Total Length":
		return f.mendTotal(b)
	case "IPv6 Payload Length":
		return extendTo(b, f.ip+ipv6Len+int(be.Uint16(at)))
	case "IPv4 Header Checksum":
		h := b[f.ip:][:int(b[f.ip]&15)*4]
		be.PutUint16(at, ipv4Checksum(h))
	case "UDP Checksum":
		be.PutUint16(at, f.udpChecksum())
	case "UDP Length":
		return f.mendUDP(b)
	default:
		return nil
	}
	return b
}

// mendTotal adds what the packet lacks. Where the length cannot be meant, it
// becomes what UDP says, else what there is, and a header checksum that was
// right stays so.
func (f *Frame) mendTotal(b []byte) []byte {
	h := b[f.ip:]
	size, total := int(h[0]&15)*4, int(be.Uint16(h[2:]))
	switch {
	case size > len(h):
		return nil
	case total > len(h):
		return extendTo(b, f.ip+total)
	}
	total = min(len(h), maxPacket)
	if u := h[size:]; len(u) >= udpLen {
		if n := size + int(be.Uint16(u[4:])); n <= total {
			total = n
		}
	}
	right := Checksum(h[:size]) == 0
	be.PutUint16(h[2:], uint16(total))
	if right {
		be.PutUint16(h[10:], ipv4Checksum(h[:size]))
	}
	return b
}

// mendUDP makes the UDP length that of the IP packet's rest, unless the
// checksum is right as it is.
func (f *Frame) mendUDP(b []byte) []byte {
	end := len(b) - len(f.Padding)
	u := b[f.udp:end]
	if n := int(be.Uint16(u[4:])); n >= udpLen && n < len(u) {
		f.Payload = u[udpLen:n]
		if f.udpChecksum() == be.Uint16(u[6:]) {
			return nil
		}
	}
	be.PutUint16(u[4:], uint16(len(u)))
	return b
}

func extendTo(b []byte, n int) []byte { return append(b, make([]byte, n-len(b))...) }

// remarks reports what is odd about a frame without fault.
func (f *Frame) remarks() []*ParseError {
	i := slices.IndexFunc(f.Padding, func(c byte) bool { return c != 0 })
	if i < 0 {
		return nil
	}
	at := len(f.raw) - len(f.Padding)
	return []*ParseError{{f.link.String(), "Padding", at + i, shorten(f.Padding[i:], 16, "%x"), "zeros", ErrPadding}}
}

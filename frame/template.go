package frame

import (
	"fmt"
	"io"
	"math/bits"
	"slices"
)

// The largest UDP payloads, in bytes, that the 16-bit length fields can tell:
// of IPv6 without jumbograms (65,535 less the UDP header) and of IPv4 (less
// its own header too).
const (
	MaxPayload6 = 65535 - udpLen           // 65,527
	MaxPayload4 = 65535 - ipv4Len - udpLen // 65,507
)

// PayloadError reports a payload that the length fields cannot hold.
type PayloadError struct {
	Len, Max int // bytes
}

// Error gives both lengths and the remedy.
func (e *PayloadError) Error() string {
	return fmt.Sprintf("build frame: payload of %d bytes is longer than the %d bytes a datagram can hold: send it in parts", e.Len, e.Max)
}

// Template is a Header turned into bytes by Header.Template, ready for any
// number of frames.
// Seal and Append only read it and may run at the same time; the Set methods
// may not run beside them.
type Template struct {
	head []byte // the headers; lengths, checksums and IPv4 ID are zero
	ip   int    // where the IP header begins
	max  int    // largest payload
	more uint16 // what IP's length counts besides UDP
	v4   bool
	id   uint16 // IPv4 identification

	// Sums of what never changes: of the IPv4 header, and of the pseudo header
	// and the ports. Folded, so that a few lengths can be added without a carry.
	ipSum, udpSum uint64
}

// Template checks h and lays out the headers of its frames. It refuses
// addresses that are missing, of two families or with a zone, and values that
// do not fit their fields.
func (h Header) Template() (*Template, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	t := &Template{v4: h.Source.Addr.Is4(), max: MaxPayload6}
	kind := typeIPv6
	if t.v4 {
		kind, t.max = typeIPv4, MaxPayload4
	}
	n := len(h.Extensions)
	t.max -= n
	t.more = uint16(n)
	if t.v4 {
		t.more += ipv4Len
	}
	if h.EtherType != 0 {
		kind = h.EtherType
	}
	b, err := h.link(kind)
	if err != nil {
		return nil, err
	}
	t.ip = len(b)
	if t.v4 {
		b = h.appendIPv4(b)
		t.ipSum = uint64(fold(sum(0, b[t.ip:])))
	} else {
		b = h.appendIPv6(b)
	}
	b = be.AppendUint16(b, h.Source.Port)
	b = be.AppendUint16(b, h.Target.Port)
	b = append(b, 0, 0, 0, 0) // length, checksum
	t.head = slices.Clip(b)

	src, dst := h.Source.Addr.AsSlice(), h.Target.Addr.AsSlice()
	t.udpSum = uint64(fold(sum(pseudo(0, src, dst), b[len(b)-udpLen:])))
	return t, nil
}

// HeaderLen returns the number of bytes in front of the payload: 14 for
// Ethernet, 4 for each VLAN tag, 40 for IPv6 or 20 for IPv4, those of
// Header.Extensions, and 8 for UDP.
func (t *Template) HeaderLen() int { return len(t.head) }

// IsIPv4 reports whether frames of the template carry IPv4 rather than IPv6.
func (t *Template) IsIPv4() bool { return t.v4 }

// SetSourceMAC replaces the source MAC address from the next frame on, as
// netpoll does when its device's address changes (corpus case dev-newmac).
func (t *Template) SetSourceMAC(m MAC) { copy(t.head[6:12], m[:]) }

// SetID sets the IPv4 identification of the frames to come, at first 0. It
// means nothing for IPv6. Netpoll counts every IPv4 frame of all its targets
// together, beginning with 1: the count is for the caller to keep.
func (t *Template) SetID(id uint16) { t.id = id }

// Seal makes a frame of f, whose bytes from HeaderLen on are the payload: it
// writes the headers in front of it with their lengths and checksums. It
// allocates nothing.
//
// A payload beyond MaxPayload6 or MaxPayload4, less the Extensions, is a *[PayloadError]; an f
// shorter than HeaderLen is an [io.ErrShortBuffer]. Either leaves f as it is.
func (t *Template) Seal(f []byte) error {
	n := len(f) - len(t.head)
	if uint(n) > uint(t.max) {
		return t.refuse(n)
	}
	size := uint16(udpLen + n)
	// The length counts twice, in the pseudo header and in the UDP header.
	s := sum(t.udpSum+2*uint64(bits.ReverseBytes16(size)), f[len(t.head):])

	copy(f, t.head)
	udp := f[len(t.head)-udpLen:][:udpLen]
	be.PutUint16(udp[4:], size)
	le.PutUint16(udp[6:], finish(s))

	ip := f[t.ip:][:ipv4Len] // of IPv6 only the first 6 bytes matter here
	if !t.v4 {
		be.PutUint16(ip[4:], size+t.more)
		return nil
	}
	total, id := size+t.more, t.id
	be.PutUint16(ip[2:], total)
	be.PutUint16(ip[4:], id)
	s = t.ipSum + uint64(bits.ReverseBytes16(total)) + uint64(bits.ReverseBytes16(id))
	le.PutUint16(ip[10:], ^fold(s))
	return nil
}

func (t *Template) refuse(n int) error {
	if n < 0 {
		return fmt.Errorf("build frame: %w: %d bytes of buffer, the headers alone have %d", io.ErrShortBuffer, n+len(t.head), len(t.head))
	}
	return &PayloadError{Len: n, Max: t.max}
}

// Append appends a whole frame around payload to dst and returns the longer
// slice, or dst as it was with a *[PayloadError]. It allocates only where dst
// lacks the capacity.
func (t *Template) Append(dst, payload []byte) ([]byte, error) {
	if len(payload) > t.max {
		return dst, t.refuse(len(payload))
	}
	start := len(dst)
	dst = slices.Grow(dst, len(t.head)+len(payload))
	dst = append(dst, t.head...)
	dst = append(dst, payload...)
	return dst, t.Seal(dst[start:])
}

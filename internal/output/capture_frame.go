package output

import (
	"encoding/binary"
	"net/netip"
	"time"

	"netkmsg/frame"
)

var (
	captureSource = frame.MAC{0x02, 0, 0, 0, 0, 1}
	captureTarget = frame.MAC{0x02, 0, 0, 0, 0, 2}

	standIn4 = [2]netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")}
	standIn6 = [2]netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")}
)

// captured is a datagram as it waits in the queue.
type captured struct {
	at       time.Time
	from, to netip.AddrPort
	payload  []byte
}

// appendCaptured appends time, both ends with their lengths, and payload.
func appendCaptured(dst []byte, at time.Time, from, to netip.AddrPort, payload []byte) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, uint64(at.UnixNano()))
	for _, end := range [2]netip.AddrPort{from, to} {
		n := len(dst)
		end = netip.AddrPortFrom(end.Addr().WithZone(""), end.Port())
		dst, _ = end.AppendBinary(append(dst, 0)) // never fails
		dst[n] = byte(len(dst) - n - 1)
	}
	return append(dst, payload...)
}

func readCaptured(b []byte) captured {
	c := captured{at: time.Unix(0, int64(binary.LittleEndian.Uint64(b)))}
	b = b[8:]
	for _, end := range [2]*netip.AddrPort{&c.from, &c.to} {
		n := 1 + int(b[0])
		end.UnmarshalBinary(b[1:n]) // what appendCaptured wrote
		b = b[n:]
	}
	c.payload = b
	return c
}

// captureHeader is the header of the frames of one flow.
func captureHeader(from, to netip.AddrPort) frame.Header {
	src, dst := from.Addr().Unmap(), to.Addr().Unmap()
	stand := standIn6
	if src.Is4() || !src.IsValid() && dst.Is4() {
		stand = standIn4
	}
	if !src.IsValid() {
		src = stand[0]
	}
	if !dst.IsValid() || dst.IsUnspecified() || dst.Is4() != src.Is4() {
		dst = stand[1]
	}
	return frame.Header{
		Source: frame.Endpoint{MAC: captureSource, Addr: src, Port: from.Port()},
		Target: frame.Endpoint{MAC: captureTarget, Addr: dst, Port: to.Port()},
	}
}

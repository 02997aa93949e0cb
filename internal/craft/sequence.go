package craft

import (
	"fmt"
	"math/bits"
	"slices"

	"netkmsg/frame"
	"netkmsg/internal/transmit"
)

var _ transmit.Sequence = (*Sequence)(nil)

// A Sequence is the frames of a recipe. Its methods may be called by several
// goroutines at once.
type Sequence struct {
	count uint64
	seed  uint64
	still []byte // the frame, where all are the same

	base    []byte // a frame without fault; if the payload varies, without payload
	ip, udp int    // where the headers begin
	v4      bool
	ipSum   uint16 // checksums of base
	udpSum  uint16
	axes    []axis // of the fields that vary, the outermost loop first
	group   bool   // the destination MAC address follows the IP address

	tail     *tail // nil: the payload is in base
	padding  []byte
	checksum Checksum
	faults   Faults
	longest  int // bytes

	header frame.Header // of the first frame, but for what chance decides
	id     uint16
}

// Len returns the number of frames, 0 for a sequence without end.
func (s *Sequence) Len() uint64 { return s.count }

// Longest returns the length of the longest frame in bytes.
func (s *Sequence) Longest() int { return s.longest }

// Frame returns frame i, counted from 0: in buf, which is made longer if need
// be, or in memory of the sequence that must not be changed. It is an error to
// ask for a frame behind the last.
func (s *Sequence) Frame(i uint64, buf []byte) ([]byte, error) {
	if s.count > 0 && i >= s.count {
		return nil, fmt.Errorf("frame %d: there are %d, counted from 0", i, s.count)
	}
	if s.still != nil {
		return s.still, nil
	}
	return s.make(i, buf), nil
}

// make patches a copy of the base.
func (s *Sequence) make(i uint64, buf []byte) []byte {
	f := append(slices.Grow(buf[:0], s.longest), s.base...)
	ip, udp := s.ipSum, s.udpSum
	rest, size := i, 0
	for k := len(s.axes) - 1; k >= 0; k-- {
		a := &s.axes[k]
		v := a.value(i, &rest, s.seed)
		if a.width == 0 {
			size = int(v)
			continue
		}
		a.put(f, i, v, s.seed)
		old, now := s.base[a.at:a.at+a.width], f[a.at:a.at+a.width]
		if a.ip {
			ip = frame.UpdateChecksum(ip, old, now)
		}
		if a.udp {
			udp = frame.UpdateChecksum(udp, old, now)
		}
	}
	if s.group {
		s.follow(f)
	}
	if s.tail != nil {
		f, ip, udp = s.grow(f, i, size, ip, udp)
	}
	return s.finish(f, ip, udp)
}

// follow derives the destination MAC address, whose beginning is the same for
// every group, from the destination.
func (s *Sequence) follow(f []byte) {
	if s.v4 {
		copy(f[3:6], f[s.ip+17:])
		f[3] &= 0x7f
		return
	}
	copy(f[2:6], f[s.ip+36:s.ip+40])
}

// grow appends the payload of frame i.
func (s *Sequence) grow(f []byte, i uint64, size int, ip, udp uint16) (_ []byte, ip2, udp2 uint16) {
	f, sum := s.tail.append(f, i, size, s.seed)
	var old, now [6]byte // the length counts twice, in the pseudo header and in the UDP header
	old[1], old[3] = 8, 8
	be.PutUint16(now[:], uint16(8+size))
	be.PutUint16(now[2:], uint16(8+size))
	be.PutUint16(now[4:], sum)
	copy(f[s.udp+4:], now[:2])
	udp = frame.UpdateChecksum(udp, old[:], now[:])

	at := s.ip + 4
	if s.v4 {
		at = s.ip + 2
	}
	total := f[at : at+2]
	be.PutUint16(total, be.Uint16(total)+uint16(size))
	if s.v4 {
		ip = frame.UpdateChecksum(ip, s.base[at:at+2], total)
	}
	return f, ip, udp
}

// finish writes the checksums, appends the padding, and does what is to be
// wrong.
func (s *Sequence) finish(f []byte, ip, udp uint16) []byte {
	if s.v4 {
		if s.faults.IPChecksum {
			ip = spoil(ip)
		}
		be.PutUint16(f[s.ip+10:], ip)
	}
	switch {
	case s.checksum.Fixed:
		udp = s.checksum.Value
	case udp == 0:
		udp = 0xffff // 0 would mean none
	}
	if s.faults.UDPChecksum {
		udp = spoil(udp)
	}
	u := f[s.udp:]
	be.PutUint16(u[6:], udp)
	if s.faults.Length {
		be.PutUint16(u[4:], be.Uint16(u[4:])+8)
	}
	f = append(f, s.padding...)
	if s.faults.Truncated {
		f = f[:s.faults.Size]
	}
	return f
}

// combinations returns how many the sweeps have, 1 if there are none.
func combinations(axes []axis) (uint64, bool) {
	n := uint64(1)
	for _, a := range axes {
		if a.kind != sweep {
			continue
		}
		hi, lo := bits.Mul64(n, a.n)
		if hi != 0 {
			return 0, false
		}
		n = lo
	}
	return n, true
}

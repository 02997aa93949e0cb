package craft

import (
	"encoding/binary"
	"math/bits"

	"netkmsg/frame"
)

var be = binary.BigEndian

// An axis is a field whose value is not the same in all frames, and where it
// stands.
type axis struct {
	kind  kind
	n     uint64 // values of a sweep
	first uint64 // of an IPv6 address the lower half
	high  uint64 // the upper half
	step  uint64
	span  uint64 // values before a walk begins anew, or chance has; 0: 2^64
	bits  int    // of an address that are left to chance
	field uint64 // tells fields apart for chance

	at, width int // window in bytes, at an even offset; width 0: the payload's size
	shift     uint
	mask      uint64 // of the field in the window

	ip, udp bool // checksums that cover the window
}

// value returns the lower 64 bits in frame i. Of rest, the number of the frame
// among the combinations of the sweeps that are left, a sweep takes its part.
func (a *axis) value(i uint64, rest *uint64, seed uint64) uint64 {
	switch a.kind {
	case sweep:
		d := *rest
		if d < a.n {
			*rest = 0
		} else {
			*rest, d = d/a.n, d%a.n
		}
		return a.first + d*a.step
	case walk:
		if a.span == 0 {
			return a.first + i*a.step
		}
		hi, lo := bits.Mul64(i, a.step)
		_, off := bits.Div64(hi%a.span, lo, a.span)
		return a.first + off
	}
	return a.first + below(random(seed, i, a.field), a.span)
}

// put writes the field's value in frame i into f.
func (a *axis) put(f []byte, i, v, seed uint64) {
	w := f[a.at : a.at+a.width]
	switch a.width {
	case 2:
		be.PutUint16(w, be.Uint16(w)&^uint16(a.mask)|uint16(v<<a.shift)&uint16(a.mask))
	case 4:
		be.PutUint32(w, be.Uint32(w)&^uint32(a.mask)|uint32(v<<a.shift)&uint32(a.mask))
	case 6:
		be.PutUint16(w, uint16(v>>32))
		be.PutUint32(w[2:], uint32(v))
	case 16:
		a.put16(w, i, v, seed)
	}
}

// put16 writes an IPv6 address, whose upper half a carry may reach.
func (a *axis) put16(w []byte, i, v, seed uint64) {
	high := a.high
	switch {
	case a.kind != chance:
		_, carry := bits.Sub64(v, a.first, 0)
		high += carry
	case a.bits > 64:
		high |= random(seed, i, ^a.field) >> (128 - a.bits)
	}
	be.PutUint64(w, high)
	be.PutUint64(w[8:], v)
}

// axis returns the axis of a range, which stands in a window.
func (r Range) axis(at, width int, shift uint, mask uint64) axis {
	return axis{
		kind: r.kind, n: r.count(), first: r.first, step: r.step, span: r.last - r.first + 1,
		at: at, width: width, shift: shift, mask: mask << shift,
	}
}

func (m MACs) axis(at int) axis {
	var b [8]byte
	copy(b[2:], m.mac[:])
	a := axis{kind: m.kind, n: m.n, first: be.Uint64(b[:]), step: m.step, at: at, width: 6}
	if m.kind == chance { // of local administration, for one station
		a.first, a.span = 0x020000000000, 1<<40
	}
	return a
}

func (x Addrs) axis(at int) axis {
	a := axis{kind: x.kind, n: x.n, step: x.step, bits: x.bits, at: at, width: 16, udp: true}
	if x.addr.Is4() {
		b := x.addr.As4()
		a.first, a.width, a.mask, a.ip = uint64(be.Uint32(b[:])), 4, 1<<32-1, true
	} else {
		b := x.addr.As16()
		a.high, a.first = be.Uint64(b[:8]), be.Uint64(b[8:])
	}
	if x.kind == chance && x.bits < 64 {
		a.span = 1 << x.bits
	}
	return a
}

// axes gathers the axes of a recipe, the outermost loop first.
func (r *Recipe) axes(e ends, ip int) (list []axis) {
	add := func(a axis) {
		a.field = uint64(len(list))
		list = append(list, a)
	}
	add(e.dstMAC.axis(0))
	add(e.srcMAC.axis(6))
	for i, v := range r.VLANs {
		add(v.ID.axis(14+4*i, 2, 0, 0xfff))
	}
	udp := ip + 40
	src, dst, class, hops := e.src.axis(ip+8), e.dst.axis(ip+24), r.TrafficClass.axis(ip, 2, 4, 0xff), r.HopLimit.axis(ip+6, 2, 0, 0xff)
	if e.src.addr.Is4() {
		udp = ip + 20 + len(r.Options)
		src, dst, class, hops = e.src.axis(ip+12), e.dst.axis(ip+16), r.TrafficClass.axis(ip, 2, 0, 0xff), r.HopLimit.axis(ip+8, 2, 8, 0xff)
		class.ip, hops.ip = true, true
	} else {
		_, chain := frame.ChainExtensions(r.Extensions...)
		udp += len(chain)
	}
	add(src)
	add(dst)
	add(class)
	add(r.FlowLabel.axis(ip, 4, 0, 0xfffff))
	add(hops)
	id := r.ID.axis(ip+4, 2, 0, 0xffff)
	id.ip = true
	add(id)
	for i, p := range []Range{r.SourcePort, r.TargetPort} {
		a := p.axis(udp+2*i, 2, 0, 0xffff)
		a.udp = true
		add(a)
	}
	add(r.Payload.sizes().axis(0, 0, 0, 0))
	return list
}

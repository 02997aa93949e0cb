package vmcore

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A ring is a printk_ringbuffer: descriptors, whose numbers count up, what they
// say of each record, and a ring of bytes with the texts.
type ring struct {
	*image
	*layout
	head, tail         uint64 // descriptors
	descsAt, infosAt   uint64
	textAt             uint64
	descBits, textBits uint32
}

// The two topmost bits of a descriptor's state say what it is.
const (
	idMask   = 1<<62 - 1
	reserved = 0 // being written; 1 and 2 are committed and finalized
	reusable = 3
)

// maxBits bounds the rings: a log_buf_len is at most 2 GiB.
const maxBits = 31

var (
	errNone = errors.New("there is no record")
	errGone = errors.New("the record is not whole")
)

func (m *image) ring(l *layout) (*ring, error) {
	base := m.long(l.prb)
	descs, text := base+l.ring.descs, base+l.ring.text
	p := &ring{
		image: m, layout: l,
		head: m.long(descs+l.descs.head+l.counter) & idMask, tail: m.long(descs+l.descs.tail+l.counter) & idMask,
		descsAt: m.long(descs + l.descs.descs), infosAt: m.long(descs + l.descs.infos), textAt: m.long(text + l.text.data),
		descBits: m.int(descs + l.descs.bits), textBits: m.int(text + l.text.bits),
	}
	if m.failed != nil {
		return nil, m.failed
	}
	if p.descBits > maxBits || p.textBits > maxBits || (p.head-p.tail)&idMask >= 1<<p.descBits {
		return nil, fmt.Errorf("its log is not one: descriptors %d to %d of 2^%d, 2^%d bytes", p.tail, p.head, p.descBits, p.textBits)
	}
	return p, nil
}

// record reads a record.
func (p *ring) record(id uint64) (record, error) {
	i := id & (1<<p.descBits - 1)
	desc, info := make([]byte, p.desc.size), make([]byte, p.info.size)
	p.read(desc, p.descsAt+i*p.desc.size)
	p.read(info, p.infosAt+i*p.info.size)
	if p.failed != nil {
		return record{}, p.failed
	}
	state := p.order.Uint64(desc[p.desc.state+p.counter:])
	switch kind := state >> 62; {
	case state&idMask != id || kind == reusable:
		return record{}, errNone
	case kind == reserved:
		return record{}, errGone
	}
	place := desc[p.desc.place:]
	text, err := p.textOf(id, p.order.Uint64(place[p.place.begin:]), p.order.Uint64(place[p.place.next:]))
	if err != nil {
		return record{}, err
	}
	head := info[p.info.textLen:] // and behind it the facility, five bits of flags and the level
	level := head[3] >> 5
	if p.order == binary.BigEndian {
		level = head[3] & 7
	}
	return record{
		priority: uint32(head[2])<<3 | uint32(level),
		nsec:     p.order.Uint64(info[p.info.time:]),
		text:     text[:min(len(text), int(p.order.Uint16(head)))],
	}, nil
}

// textOf returns a record's text and what is behind it, from the places where
// its block begins and ends. Places count up; a block that would go over the
// ring's end lies at its beginning instead.
func (p *ring) textOf(id, begin, next uint64) ([]byte, error) {
	const empty, number = 3, 8 // place of no text; length of the number in front
	if begin&1 != 0 && next&1 != 0 {
		if begin == empty {
			return nil, nil
		}
		return nil, errGone
	}
	size := uint64(1) << p.textBits
	if begin>>p.textBits != (next-1)>>p.textBits {
		begin = next &^ (size - 1)
	}
	if n := next - begin; n < number || n > size {
		return nil, errGone
	}
	b := make([]byte, min(next-begin, number+1<<16))
	if p.read(b, p.textAt+begin&(size-1)); p.failed != nil {
		return nil, p.failed
	}
	if p.order.Uint64(b) != id {
		return nil, errGone
	}
	return b[number:], nil
}

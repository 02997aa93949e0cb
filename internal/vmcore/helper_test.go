package vmcore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// A core is a memory image in the making: one segment, with the log's
// structures one after the other, in an order and with gaps of our own.
type core struct {
	order order
	bits  [2]int // of the rings: descriptors, bytes
	mem   []byte
	info  strings.Builder

	ring, descs, infos, text uint64 // addresses
	id, place                uint64 // of the next record
}

const (
	base      = 0xffffffff81000000
	descSize  = 24
	infoSize  = 88
	firstID   = 1<<62 - 3 // so that the numbers begin anew
	firstSpot = 1<<64 - 64
)

func newCore(order order, descBits, textBits int) *core {
	c := &core{order: order, bits: [2]int{descBits, textBits}, id: firstID, place: firstSpot}
	prb := c.add(8)
	c.ring = c.add(128)
	c.descs = c.add(descSize << descBits)
	c.infos = c.add(infoSize << descBits)
	c.text = c.add(1 << textBits)
	c.put64(prb, c.ring)
	c.put32(c.ring+8, uint32(descBits))
	c.put64(c.ring+16, c.descs)
	c.put64(c.ring+24, c.infos)
	c.put64(c.ring+40, c.id&idMask) // tail
	c.put32(c.ring+64, uint32(textBits))
	c.put64(c.ring+72, c.text)
	fmt.Fprintf(&c.info, "OSRELEASE=7.3.4-test\nSYMBOL(prb)=%x\nSYMBOL(printk_rb_static)=%x\nCRASHTIME=1764040320\n", prb, c.ring)
	for _, line := range []string{
		"OFFSET(printk_ringbuffer.desc_ring)=8", "OFFSET(printk_ringbuffer.text_data_ring)=64",
		"OFFSET(prb_desc_ring.count_bits)=0", "OFFSET(prb_desc_ring.descs)=8", "OFFSET(prb_desc_ring.infos)=16",
		"OFFSET(prb_desc_ring.head_id)=24", "OFFSET(prb_desc_ring.tail_id)=32",
		"OFFSET(prb_data_ring.size_bits)=0", "OFFSET(prb_data_ring.data)=8",
		"SIZE(prb_desc)=24", "OFFSET(prb_desc.state_var)=0", "OFFSET(prb_desc.text_blk_lpos)=8",
		"OFFSET(prb_data_blk_lpos.begin)=0", "OFFSET(prb_data_blk_lpos.next)=8",
		"SIZE(printk_info)=88", "OFFSET(printk_info.seq)=0", "OFFSET(printk_info.ts_nsec)=8", "OFFSET(printk_info.text_len)=16",
		"SIZE(atomic_long_t)=8", "OFFSET(atomic_long_t.counter)=0",
	} {
		fmt.Fprintln(&c.info, line)
	}
	return c
}

// add makes room in memory, and returns its address.
func (c *core) add(n int) uint64 {
	c.mem = append(c.mem, bytes.Repeat([]byte{0xcc}, 40)...)
	at := base + uint64(len(c.mem))
	c.mem = append(c.mem, make([]byte, n)...)
	return at
}

func (c *core) put64(at, n uint64)        { c.order.PutUint64(c.mem[at-base:], n) }
func (c *core) put32(at uint64, n uint32) { c.order.PutUint32(c.mem[at-base:], n) }

// desc begins a descriptor, and returns where it and its info are.
func (c *core) desc(state uint64) (desc, info uint64) {
	id := c.id & idMask
	c.id++
	c.put64(c.ring+32, id) // head
	i := id & (1<<c.bits[0] - 1)
	desc, info = c.descs+i*descSize, c.infos+i*infoSize
	c.put64(desc, state<<62|id)
	return desc, info
}

// log adds a record as the kernel does.
func (c *core) log(priority byte, nsec uint64, text string) {
	id := c.id & idMask
	desc, info := c.desc(finalized)
	c.put64(info+8, nsec)
	at := info - base + 16
	c.order.PutUint16(c.mem[at:], uint16(len(text)))
	c.mem[at+2] = priority >> 3
	const flags = 0x1f
	if c.mem[at+3] = flags | priority<<5; c.order == binary.BigEndian {
		c.mem[at+3] = flags<<3 | priority&7
	}
	if text == "" {
		c.put64(desc+8, 3)
		c.put64(desc+16, 3)
		return
	}
	size := uint64(1) << c.bits[1]
	begin, n := c.place, (8+uint64(len(text))+7)&^7
	start := begin
	if begin&(size-1)+n > size {
		start = (begin | (size - 1)) + 1
	}
	c.place = start + n
	c.put64(desc+8, begin)
	c.put64(desc+16, c.place)
	block := c.text + start&(size-1)
	c.put64(block, id)
	copy(c.mem[block+8-base:], text)
}

const finalized = 2

// file returns the ELF file.
func (c *core) file() []byte {
	const notesAt, memAt = 4096, 8192
	f := make([]byte, memAt)
	copy(f, "\x7fELF\x02\x01\x01")
	if c.order == binary.BigEndian {
		f[5] = 2
	}
	var notes []byte
	for _, n := range []struct{ name, desc string }{{"CORE", "12345"}, {"VMCOREINFO", c.info.String()}} {
		notes = c.order.AppendUint32(notes, uint32(len(n.name)+1))
		notes = c.order.AppendUint32(notes, uint32(len(n.desc)))
		notes = c.order.AppendUint32(notes, 0)
		for _, s := range []string{n.name + "\x00", n.desc} {
			notes = append(notes, s...)
			notes = append(notes, make([]byte, -len(notes)&3)...)
		}
	}
	copy(f[notesAt:memAt], notes)
	c.order.PutUint64(f[32:], headerLen)
	c.order.PutUint16(f[54:], programLen)
	c.order.PutUint16(f[56:], 3)
	for i, p := range []struct {
		kind             uint32
		offset, at, size uint64
	}{
		{4, notesAt, 0, uint64(len(notes))},
		{1, memAt, base - 1<<30, 16},
		{1, memAt, base, uint64(len(c.mem))},
	} {
		h := f[headerLen+i*programLen:]
		c.order.PutUint32(h, p.kind)
		c.order.PutUint64(h[8:], p.offset)
		c.order.PutUint64(h[16:], p.at)
		c.order.PutUint64(h[32:], p.size)
	}
	return append(f, c.mem...)
}

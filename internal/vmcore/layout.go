package vmcore

import "errors"

// A layout says where the members of the log's structures are, in bytes.
type layout struct {
	prb     uint64                                          // address of the pointer to the log
	ring    struct{ descs, text uint64 }                    // struct printk_ringbuffer
	descs   struct{ bits, descs, infos, head, tail uint64 } // struct prb_desc_ring
	text    struct{ bits, data uint64 }                     // struct prb_data_ring
	desc    struct{ size, state, place uint64 }             // struct prb_desc
	place   struct{ begin, next uint64 }                    // struct prb_data_blk_lpos
	info    struct{ size, time, textLen uint64 }            // struct printk_info
	long    uint64
	counter uint64 // in an atomic_long_t
}

// maxStruct bounds the size of a structure, in bytes.
const maxStruct = 4096

func (i *info) layout() (*layout, error) {
	l := &layout{prb: i.number("SYMBOL(prb)", 16)}
	for _, m := range []struct {
		to  *uint64
		key string
	}{
		{&l.ring.descs, "OFFSET(printk_ringbuffer.desc_ring)"},
		{&l.ring.text, "OFFSET(printk_ringbuffer.text_data_ring)"},
		{&l.descs.bits, "OFFSET(prb_desc_ring.count_bits)"},
		{&l.descs.descs, "OFFSET(prb_desc_ring.descs)"},
		{&l.descs.infos, "OFFSET(prb_desc_ring.infos)"},
		{&l.descs.head, "OFFSET(prb_desc_ring.head_id)"},
		{&l.descs.tail, "OFFSET(prb_desc_ring.tail_id)"},
		{&l.text.bits, "OFFSET(prb_data_ring.size_bits)"},
		{&l.text.data, "OFFSET(prb_data_ring.data)"},
		{&l.desc.size, "SIZE(prb_desc)"},
		{&l.desc.state, "OFFSET(prb_desc.state_var)"},
		{&l.desc.place, "OFFSET(prb_desc.text_blk_lpos)"},
		{&l.place.begin, "OFFSET(prb_data_blk_lpos.begin)"},
		{&l.place.next, "OFFSET(prb_data_blk_lpos.next)"},
		{&l.info.size, "SIZE(printk_info)"},
		{&l.info.time, "OFFSET(printk_info.ts_nsec)"},
		{&l.info.textLen, "OFFSET(printk_info.text_len)"},
		{&l.long, "SIZE(atomic_long_t)"},
		{&l.counter, "OFFSET(atomic_long_t.counter)"},
	} {
		*m.to = i.number(m.key, 10)
	}
	switch {
	case i.failed != nil:
		return nil, i.failed
	case l.long != 8:
		return nil, errors.New("it is of a kernel that is not a 64-bit one")
	case l.desc.size > maxStruct || l.desc.state+l.counter+8 > l.desc.size || l.desc.place+max(l.place.begin, l.place.next)+8 > l.desc.size:
		return nil, errors.New("its struct prb_desc is not one")
	case l.info.size > maxStruct || l.info.time+8 > l.info.size || l.info.textLen+4 > l.info.size:
		return nil, errors.New("its struct printk_info is not one")
	}
	return l, nil
}

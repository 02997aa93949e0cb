package pcap_test

import (
	"bytes"
	"encoding/binary"
)

// Hand-made captures, written from the format descriptions and without any library.

type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func classicHeader(o order, magic, snap, link uint32) []byte {
	b := o.AppendUint32(nil, magic)
	b = o.AppendUint16(b, 2)
	b = o.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = o.AppendUint32(b, snap)
	return o.AppendUint32(b, link)
}

func classicPacket(o order, sec, frac uint32, captured, length int) []byte {
	b := o.AppendUint32(nil, sec)
	b = o.AppendUint32(b, frac)
	b = o.AppendUint32(b, uint32(captured))
	b = o.AppendUint32(b, uint32(length))
	return append(b, bytes.Repeat([]byte{0x5a}, captured)...)
}

func ngBlock(o order, kind uint32, body []byte) []byte {
	n := uint32(len(body)+3)&^3 + 12
	b := o.AppendUint32(nil, kind)
	b = o.AppendUint32(b, n)
	b = append(b, body...)
	b = append(b, make([]byte, -len(body)&3)...)
	return o.AppendUint32(b, n)
}

func ngOption(o order, code uint16, value []byte) []byte {
	b := o.AppendUint16(nil, code)
	b = o.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	return append(b, make([]byte, -len(value)&3)...)
}

func ngSection(o order, major, minor uint16, options ...[]byte) []byte {
	b := o.AppendUint32(nil, 0x1a2b3c4d)
	b = o.AppendUint16(b, major)
	b = o.AppendUint16(b, minor)
	b = o.AppendUint64(b, 1<<64-1)
	return ngBlock(o, 0x0a0d0d0a, append(b, bytes.Join(options, nil)...))
}

func ngInterface(o order, link uint16, snap uint32, options ...[]byte) []byte {
	b := o.AppendUint16(nil, link)
	b = o.AppendUint16(b, 0)
	b = o.AppendUint32(b, snap)
	return ngBlock(o, 1, append(b, bytes.Join(options, nil)...))
}

func ngPacket(o order, iface uint32, ticks uint64, data []byte, length uint32, options ...[]byte) []byte {
	b := o.AppendUint32(nil, iface)
	b = o.AppendUint32(b, uint32(ticks>>32))
	b = o.AppendUint32(b, uint32(ticks))
	b = o.AppendUint32(b, uint32(len(data)))
	b = o.AppendUint32(b, length)
	b = append(b, data...)
	b = append(b, make([]byte, -len(data)&3)...)
	return ngBlock(o, 6, append(b, bytes.Join(options, nil)...))
}

func ngSimple(o order, length uint32, data []byte) []byte {
	return ngBlock(o, 3, append(o.AppendUint32(nil, length), data...))
}

func ngObsolete(o order, iface uint16, ticks uint64, data []byte, length uint32) []byte {
	b := o.AppendUint16(nil, iface)
	b = o.AppendUint16(b, 77) // drops
	b = o.AppendUint32(b, uint32(ticks>>32))
	b = o.AppendUint32(b, uint32(ticks))
	b = o.AppendUint32(b, uint32(len(data)))
	b = o.AppendUint32(b, length)
	return ngBlock(o, 2, append(b, data...))
}

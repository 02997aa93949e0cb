package frame

import (
	"fmt"
	"strconv"
)

// Field is one field of a frame, for display.
type Field struct {
	Layer  string // Ethernet or another LinkType's name, VLAN, IPv6, IPv4, an IPv6 extension header, UDP, Payload
	Name   string // as in the layer's standard: IEEE 802.3, 802.1Q; RFC 8200, 4302, 791, 768
	Offset int    // in bits from the start of the frame
	Len    int    // in bits
	Value  string // addresses, counts in decimal, codes in hexadecimal with 0x, data shortened
	Note   string // what the value means, or whether it is right; may be empty
}

// Fields lists every bit of the frame in the order of transmission: each field
// begins where the one before it ends. Checksums are compared with what they
// should be, also after ParseUnverified. There are none in a zero Frame.
func (f Frame) Fields() []Field {
	if f.raw == nil {
		return nil
	}
	t := &table{raw: f.raw}
	t.linkLayer(f)
	if f.IsIPv4() {
		t.ipv4(f)
	} else {
		t.ipv6(f)
	}
	t.udp(f)
	return t.list
}

// table gathers fields; whoever adds one says its length, and it follows from
// the lengths so far where it stands.
type table struct {
	raw   []byte
	layer string
	at    int // bits
	list  []Field
}

func (t *table) add(name string, bits int, value, note string) {
	t.list = append(t.list, Field{t.layer, name, t.at, bits, value, note})
	t.at += bits
}

// peek returns the next 1 to 32 bits.
func (t *table) peek(bits int) uint32 {
	var v uint64
	for i := t.at / 8; i <= (t.at+bits-1)/8; i++ {
		v = v<<8 | uint64(t.raw[i])
	}
	v >>= uint(-(t.at + bits)) % 8
	return uint32(v & (1<<bits - 1))
}

func (t *table) dec(name string, bits int, note string) {
	t.add(name, bits, strconv.FormatUint(uint64(t.peek(bits)), 10), note)
}

func (t *table) hex(name string, bits int, note string) {
	t.add(name, bits, fmt.Sprintf("%#0*x", (bits+3)/4, t.peek(bits)), note)
}

// rest adds the bytes up to end, if any, in hexadecimal.
func (t *table) rest(name string, end int) {
	b := t.raw[t.at/8 : end]
	if len(b) == 0 {
		return
	}
	t.add(name, 8*len(b), shorten(b, 16, "%x"), count(len(b)))
}

// text adds bytes, if any, as a quoted string.
func (t *table) text(name string, b []byte) {
	if len(b) > 0 {
		t.add(name, 8*len(b), shorten(b, 64, "%q"), count(len(b)))
	}
}

func shorten(b []byte, most int, format string) string {
	if len(b) > most {
		return fmt.Sprintf(format, b[:most]) + "…"
	}
	return fmt.Sprintf(format, b)
}

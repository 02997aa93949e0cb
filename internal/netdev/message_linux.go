package netdev

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// The kernel's numbers have the byte order of the processor.
var order = binary.NativeEndian

var errMalformed = errors.New("malformed netlink message")

// A message is one of rtnetlink's: the content of its nlmsghdr, and what follows it.
type message struct {
	typ, flags uint16
	seq        uint32
	data       []byte
}

// nextMessage takes the first message out of what a netlink socket gave.
func nextMessage(b []byte) (m message, rest []byte, err error) {
	if len(b) < unix.SizeofNlMsghdr {
		return m, nil, errMalformed
	}
	n := int64(order.Uint32(b))
	if n < unix.SizeofNlMsghdr || n > int64(len(b)) {
		return m, nil, errMalformed
	}
	m = message{typ: order.Uint16(b[4:]), flags: order.Uint16(b[6:]), seq: order.Uint32(b[8:]), data: b[unix.SizeofNlMsghdr:n]}
	return m, b[aligned(int(n), len(b)):], nil
}

// bytes is the message as it is sent.
func (m message) bytes() []byte {
	b := order.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(m.data)))
	b = order.AppendUint16(b, m.typ)
	b = order.AppendUint16(b, m.flags)
	b = order.AppendUint32(b, m.seq)
	b = order.AppendUint32(b, 0) // the port, which the kernel knows
	return append(b, m.data...)
}

// errno is what an NLMSG_ERROR or NLMSG_DONE says: nil for success.
func (m message) errno() error {
	if m.typ == unix.NLMSG_DONE && len(m.data) == 0 {
		return nil
	}
	if len(m.data) < 4 {
		return errMalformed
	}
	if n := int32(order.Uint32(m.data)); n != 0 {
		return unix.Errno(-n)
	}
	return nil
}

// attributes calls each for every attribute in b, with the type cleared of its flags.
func attributes(b []byte, each func(typ uint16, value []byte) error) error {
	for len(b) > 0 {
		if len(b) < unix.SizeofNlAttr {
			return errMalformed
		}
		n := int(order.Uint16(b))
		if n < unix.SizeofNlAttr || n > len(b) {
			return errMalformed
		}
		const flags = unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER
		if err := each(order.Uint16(b[2:])&^flags, b[unix.SizeofNlAttr:n]); err != nil {
			return err
		}
		b = b[aligned(n, len(b)):]
	}
	return nil
}

// appendAttribute appends an attribute and the padding behind it.
func appendAttribute(b []byte, typ uint16, value []byte) []byte {
	b = order.AppendUint16(b, uint16(unix.SizeofNlAttr+len(value)))
	b = order.AppendUint16(b, typ)
	b = append(b, value...)
	for len(b)%unix.NLMSG_ALIGNTO != 0 {
		b = append(b, 0)
	}
	return b
}

// number32 is an attribute's value of four bytes.
func number32(value []byte) (uint32, error) {
	if len(value) != 4 {
		return 0, errMalformed
	}
	return order.Uint32(value), nil
}

// text is an attribute's string, whose end is a NUL or the attribute's.
func text(value []byte) string {
	for i, c := range value {
		if c == 0 {
			return string(value[:i])
		}
	}
	return string(value)
}

// aligned is where the next one begins after n bytes, of which the last needs no padding.
func aligned(n, most int) int {
	return min((n+unix.NLMSG_ALIGNTO-1)&^(unix.NLMSG_ALIGNTO-1), most)
}

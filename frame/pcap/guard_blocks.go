package pcap

import (
	"encoding/binary"
	"fmt"
	"io"
)

// section reads the byte order of a new section.
func (g *guard) section() error {
	var magic [4]byte
	if _, err := io.ReadFull(g.r, magic[:]); err != nil {
		return inside(err)
	}
	switch {
	case binary.LittleEndian.Uint32(magic[:]) == byteOrderMagic:
		g.order = binary.LittleEndian
	case binary.BigEndian.Uint32(magic[:]) == byteOrderMagic:
		g.order = binary.BigEndian
	default:
		return fmt.Errorf("section header without a byte order: % x", magic)
	}
	g.ifaces = g.ifaces[:0]
	return nil
}

func (g *guard) sectionRest() error {
	g.begin(blockSection)
	g.out = g.order.AppendUint32(g.out, byteOrderMagic)
	version, err := g.fetch(4)
	if err != nil {
		return err
	}
	major, minor := g.order.Uint16(version), g.order.Uint16(version[2:])
	if major != 1 || minor != 0 && minor != 2 {
		return fmt.Errorf("pcapng version %d.%d is not known", major, minor)
	}
	g.order.PutUint16(version[2:], 0) // 1.2 is 1.0 by definition, but pcapgo knows only the one
	_, err = g.fetch(8)               // length of the section
	return err
}

func (g *guard) iface() error {
	if len(g.ifaces) == maxInterfaces {
		return fmt.Errorf("more than %d interfaces in one section", maxInterfaces)
	}
	g.begin(blockInterface)
	b, err := g.fetch(8)
	if err != nil {
		return err
	}
	g.ifaces = append(g.ifaces, iface{link: g.order.Uint16(b), snap: g.order.Uint32(b[4:])})
	for g.left > 0 {
		if more, err := g.option(); err != nil || !more {
			return err
		}
	}
	return nil
}

// option reads one option of an interface and passes on those about time.
func (g *guard) option() (more bool, err error) {
	var head [4]byte
	if err := g.read(head[:]); err != nil {
		return false, err
	}
	code, size := g.order.Uint16(head[:]), int(g.order.Uint16(head[2:]))
	switch {
	case code == optEnd:
		return false, nil
	case code == optResolution && size != 1, code == optOffset && size != 8:
		return false, fmt.Errorf("interface option %d has a length of %d", code, size)
	case code == optResolution || code == optOffset:
		g.out = append(g.out, head[:]...)
		value, err := g.fetch(padded(size))
		if err != nil {
			return false, err
		}
		if code == optResolution && (value[0] == 0 || value[0] > 19) {
			// pcapgo takes 0 for microseconds, rounds negative powers of two wrongly, and overflows beyond 19.
			return false, fmt.Errorf("time resolution %#02x of interface %d is not supported (editcap -F nsecpcap converts the file)", value[0], len(g.ifaces)-1)
		}
		return true, nil
	}
	skip := int64(padded(size))
	if skip > g.left {
		return false, fmt.Errorf("interface option %d of %d bytes does not fit into its block", code, size)
	}
	g.left -= skip
	_, err = io.CopyN(io.Discard, g.r, skip)
	return true, inside(err)
}

// packet passes on an enhanced packet block or its obsolete ancestor. They differ in how the interface is written.
func (g *guard) packet(kind uint32) error {
	g.begin(kind)
	b, err := g.fetch(20)
	if err != nil {
		return err
	}
	id := g.order.Uint32(b)
	if kind == blockObsolete {
		id = uint32(g.order.Uint16(b))
	}
	if id >= uint32(len(g.ifaces)) {
		return fmt.Errorf("belongs to interface %d of %d", id, len(g.ifaces))
	}
	g.link = g.ifaces[id].link
	return g.data(g.order.Uint32(b[12:]))
}

// simple passes on a simple packet block, whose captured length follows from the first interface's snap length.
func (g *guard) simple() error {
	if len(g.ifaces) == 0 {
		return fmt.Errorf("belongs to interface 0 of 0")
	}
	g.begin(blockSimple)
	b, err := g.fetch(4)
	if err != nil {
		return err
	}
	n := g.order.Uint32(b)
	if snap := g.ifaces[0].snap; snap != 0 {
		n = min(n, snap)
	}
	g.link = g.ifaces[0].link
	return g.data(n)
}

// data passes on n captured bytes and their padding.
func (g *guard) data(n uint32) error {
	if n > MaxFrame {
		return fmt.Errorf("claims %d captured bytes, more than the %d that any tool writes: the file is damaged here", n, MaxFrame)
	}
	_, err := g.fetch(padded(int(n)))
	return err
}

func padded(n int) int { return (n + 3) &^ 3 }

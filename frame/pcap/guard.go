package pcap

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// Block types and options of pcapng that matter here (draft-ietf-opsawg-pcapng, section 4).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockObsolete  = 2 // packet block
	blockSimple    = 3
	blockEnhanced  = 6

	byteOrderMagic = 0x1a2b3c4d

	optEnd        = 0
	optResolution = 9  // if_tsresol
	optOffset     = 14 // if_tsoffset

	maxInterfaces = 1 << 16
)

// byteOrder is what both binary.LittleEndian and binary.BigEndian are.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

type iface struct {
	link uint16
	snap uint32
}

// guard reads pcapng and gives pcapgo's reader only what that can digest: sections, interfaces with the options that
// bear on time, and packets whose lengths are consistent, each without options. Other blocks are passed over. It gives
// out one block per Read at most, so that the reader behind it never looks ahead of the packet it returns.
type guard struct {
	r      *bufio.Reader
	order  byteOrder // of the current section
	ifaces []iface   // of the current section
	link   uint16    // of the packet given out last
	off    int64     // end of the last whole block
	left   int64     // bytes of the current block's body not yet read
	out    []byte    // block being built
	rest   []byte    // part of out that was not fetched yet
}

func (g *guard) Read(p []byte) (int, error) {
	for len(g.rest) == 0 {
		if err := g.block(); err != nil {
			return 0, err
		}
		g.rest = g.out
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

// block reads one block to its end. It leaves out empty if pcapgo has no need of it.
func (g *guard) block() error {
	g.out = g.out[:0]
	var head [8]byte
	if _, err := io.ReadFull(g.r, head[:]); err != nil {
		return err // io.EOF here is the end of the file between two blocks
	}
	section := binary.LittleEndian.Uint32(head[:]) == blockSection
	if section {
		if err := g.section(); err != nil {
			return err
		}
	} else if g.order == nil {
		return fmt.Errorf("block before the first section header")
	}
	kind, size := g.order.Uint32(head[:]), g.order.Uint32(head[4:])
	least := uint32(12)
	if section {
		least = 28
	}
	if size < least || size%4 != 0 {
		return fmt.Errorf("block of type %d claims a length of %d, not a multiple of 4 from %d up", kind, size, least)
	}
	g.left = int64(size) - 12
	if section {
		g.left -= 4 // the byte order, read above
	}

	var err error
	switch kind {
	case blockSection:
		err = g.sectionRest()
	case blockInterface:
		err = g.iface()
	case blockEnhanced, blockObsolete:
		err = g.packet(kind)
	case blockSimple:
		err = g.simple()
	}
	if err != nil {
		return err
	}
	return g.finish(size)
}

// finish skips what is left of the block, and compares the length at its end with the one at its start.
func (g *guard) finish(size uint32) error {
	if _, err := io.CopyN(io.Discard, g.r, g.left); err != nil {
		return inside(err)
	}
	g.left = 4
	var tail [4]byte
	if err := g.read(tail[:]); err != nil {
		return err
	}
	if n := g.order.Uint32(tail[:]); n != size {
		return fmt.Errorf("block of length %d ends with a length of %d: the file is damaged here", size, n)
	}
	g.off += int64(size)
	if len(g.out) > 0 {
		n := uint32(len(g.out) + 4)
		g.order.PutUint32(g.out[4:], n)
		g.out = g.order.AppendUint32(g.out, n)
	}
	return nil
}

// read fills p from the current block's body.
func (g *guard) read(p []byte) error {
	if int64(len(p)) > g.left {
		return fmt.Errorf("block is too short for its contents: %d bytes wanted, %d left", len(p), g.left)
	}
	g.left -= int64(len(p))
	_, err := io.ReadFull(g.r, p)
	return inside(err)
}

// fetch appends the next n bytes of the current block's body to out.
func (g *guard) fetch(n int) ([]byte, error) {
	if int64(n) > g.left {
		return nil, fmt.Errorf("block is too short for its contents: %d bytes wanted, %d left", n, g.left)
	}
	at := len(g.out)
	g.out = append(g.out, make([]byte, n)...)
	return g.out[at:], g.read(g.out[at:])
}

// begin starts a block for pcapgo; finish fills in the length.
func (g *guard) begin(kind uint32) {
	g.out = g.order.AppendUint32(g.out, kind)
	g.out = g.order.AppendUint32(g.out, 0)
}

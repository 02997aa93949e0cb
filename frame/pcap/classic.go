package pcap

import (
	"bufio"
	"fmt"
	"io"

	"github.com/google/gopacket/pcapgo"
)

// classic decodes pcap through pcapgo, looking at each packet's header first.
type classic struct {
	br   *bufio.Reader
	r    *pcapgo.Reader
	f    classicFormat
	link uint16
	snap uint32
	off  int64
}

func newClassic(br *bufio.Reader, f classicFormat) (*classic, error) {
	head, err := br.Peek(fileHeaderLen)
	if err != nil {
		return nil, err
	}
	c := &classic{br: br, f: f, off: fileHeaderLen}
	c.snap = f.order.Uint32(head[16:])
	c.link = uint16(f.order.Uint32(head[20:])) // the upper half holds the length of the frame check sequence
	if c.r, err = pcapgo.NewReader(br); err != nil {
		return nil, err
	}
	c.r.SetSnaplen(MaxFrame)
	return c, nil
}

func (c *classic) first() (uint16, uint32) { return c.link, c.snap }

func (c *classic) offset() int64 { return c.off }

func (c *classic) next() (Packet, error) {
	// pcapgo wraps br in no buffer of its own, since br is one: what is peeked here is what it reads.
	head, err := c.br.Peek(packetHeaderLen)
	if err != nil {
		if err == io.EOF && len(head) > 0 {
			return Packet{}, io.ErrUnexpectedEOF
		}
		return Packet{}, err
	}
	if n := c.f.order.Uint32(head[8:]); n > MaxFrame {
		return Packet{}, fmt.Errorf("claims %d captured bytes, more than the %d that any tool writes: the file is damaged here", n, MaxFrame)
	}
	data, ci, err := c.r.ReadPacketData()
	if err != nil {
		return Packet{}, inside(err)
	}
	c.off += packetHeaderLen + int64(len(data))
	return Packet{Time: ci.Timestamp, Data: data, Length: ci.Length, LinkType: c.link}, nil
}

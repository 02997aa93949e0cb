package replay

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
)

// maxBytes bounds the frames of a capture in memory.
const maxBytes = 1 << 30

// A Capture is the frames of a capture file, ready to be sent: a
// transmit.Sequence and a transmit.Schedule.
type Capture struct {
	frames  [][]byte
	numbers []int           // of the frames in the file, from 1
	times   []time.Duration // since the first one, never decreasing
	gap     time.Duration   // between the last frame and the first of the next loop
	loops   uint64
	speed   float64

	// Cut is how many frames the capture holds in part only, which are left
	// out, and FirstCut the number of the first of them, from 1.
	Cut, FirstCut int
	// Opaque is how many frames carry no IP packet, so that rewriting of IP
	// addresses left them as they are.
	Opaque int
}

// Options say how a capture is replayed.
type Options struct {
	Speed float64 // 2 is twice as fast as captured; 0 stands for 1
	Loops uint64  // how often; 0: without end
	Rewrite
}

// Load reads the frames of a capture, whose name is for errors.
func Load(name string, r *pcap.Reader, o Options) (*Capture, error) {
	if o.Speed == 0 {
		o.Speed = 1
	}
	if err := o.Rewrite.check(); err != nil {
		return nil, err
	}
	c := &Capture{loops: o.Loops, speed: o.Speed}
	var first time.Time
	size := 0
	for n := 1; ; n++ {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		switch {
		case err != nil:
			return nil, fmt.Errorf("replay %s: %w", name, err)
		case p.LinkType != pcap.LinkTypeEthernet:
			return nil, fmt.Errorf("replay %s: frame %d is of link type %d, not Ethernet (%d): it has no Ethernet header to be sent with", name, n, p.LinkType, pcap.LinkTypeEthernet)
		case p.Length > len(p.Data):
			if c.Cut++; c.Cut == 1 {
				c.FirstCut = n
			}
			continue
		case len(p.Data) < 14:
			return nil, fmt.Errorf("replay %s: frame %d has %d bytes, less than an Ethernet header", name, n, len(p.Data))
		}
		f, ip := o.Rewrite.apply(p.Data)
		if !ip {
			c.Opaque++
		}
		if size += len(f); size > maxBytes {
			return nil, fmt.Errorf("replay %s: frame %d: more than %d bytes of frames: cut the capture into pieces", name, n, maxBytes)
		}
		if len(c.frames) == 0 {
			first = p.Time
		}
		at := p.Time.Sub(first)
		if k := len(c.times); k > 0 {
			at = max(at, c.times[k-1]) // clocks are set back now and then
		}
		c.frames, c.numbers, c.times = append(c.frames, f), append(c.numbers, n), append(c.times, at)
	}
	n := len(c.frames)
	if n == 0 {
		return nil, fmt.Errorf("replay %s: no whole frame in it", name)
	}
	if n > 1 {
		c.gap = c.times[n-1] / time.Duration(n-1)
	}
	return c, nil
}

// Len returns the number of frames, all loops counted; 0 for no end.
func (c *Capture) Len() uint64 {
	hi, n := bits.Mul64(uint64(len(c.frames)), c.loops)
	if hi > 0 {
		return math.MaxUint64
	}
	return n
}

// Frame returns frame i, from 0, in memory of the capture.
func (c *Capture) Frame(i uint64, _ []byte) ([]byte, error) {
	return c.frames[i%uint64(len(c.frames))], nil
}

// Due returns when frame i is to leave, counted from the first one.
func (c *Capture) Due(i uint64, _ int) time.Duration {
	n := uint64(len(c.frames))
	span := c.times[n-1] + c.gap
	at := float64(i/n)*float64(span) + float64(c.times[i%n])
	return time.Duration(min(at/c.speed, float64(1<<62)))
}

// Fits reports the first frame that a device with this MTU, in bytes, would
// refuse: packet sockets allow the Ethernet header and one 802.1Q tag besides
// (packet_extra_vlan_len_allowed in net/packet/af_packet.c), of no other type.
func (c *Capture) Fits(mtu int) error {
	for i, f := range c.frames {
		most := mtu + 14
		if be.Uint16(f[12:]) == frame.TPIDCustomer {
			most += 4
		}
		if len(f) > most {
			return fmt.Errorf("frame %d of the capture has %d bytes; the device's MTU of %d allows %d", c.numbers[i], len(f), mtu, most)
		}
	}
	return nil
}

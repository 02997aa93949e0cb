package expect

import (
	"io"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/match"
	"netkmsg/frame/pcap"
	"netkmsg/frame/wire"
)

// A Source is where frames come from.
type Source interface {
	// Read waits for at least one frame until the deadline. Its error is
	// os.ErrDeadlineExceeded, os.ErrClosed, io.EOF at a capture's end, or what
	// went wrong. A frame is only good until each returns.
	Read(deadline time.Time, each func(time.Time, match.Frame)) error
	Where() string // in a sentence, as in "on eth0"
	Live() bool    // time passes by the clock
	Drops() uint64 // frames that arrived and were not read
	Close() error  // may be called while Read waits
}

type device struct {
	*wire.Receiver
	last uint64 // drops
}

// Device receives all frames that arrive on a device, and if outgoing is set
// those that the host itself sends there too.
func Device(name string, outgoing bool) (Source, error) {
	r, err := wire.ListenAll(name, outgoing)
	if err != nil {
		return nil, err
	}
	return &device{Receiver: r}, nil
}

func (d *device) Read(deadline time.Time, each func(time.Time, match.Frame)) error {
	return d.Receiver.Read(deadline, func(at time.Time, b []byte, unfinished bool) {
		each(at, match.Read(frame.LinkEthernet, b, unfinished))
	})
}

func (d *device) Where() string { return "on " + d.Name() }
func (d *device) Live() bool    { return true }

func (d *device) Drops() uint64 {
	if n, err := d.Receiver.Drops(); err == nil {
		d.last = n
	}
	return d.last
}

type capture struct {
	r    *pcap.Reader
	name string
}

// Capture reads a capture file, - for standard input.
func Capture(name string, stdin io.Reader) (Source, error) {
	c := &capture{name: name}
	var err error
	if name == "-" {
		c.name = "standard input"
		c.r, err = pcap.NewReader(stdin)
	} else {
		c.r, err = pcap.Open(name)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (c *capture) Read(_ time.Time, each func(time.Time, match.Frame)) error {
	p, err := c.r.Next()
	if err == nil {
		each(p.Time, match.Read(frame.LinkType(p.LinkType), p.Data, false))
	}
	return err
}

func (c *capture) Where() string { return "in " + c.name }
func (c *capture) Live() bool    { return false }
func (c *capture) Drops() uint64 { return 0 }
func (c *capture) Close() error  { return c.r.Close() }

package collect

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/netip"
	"slices"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
	"netkmsg/internal/output"
	"netkmsg/kmsg"
)

// ReadOptions are the settings for reading captures.
type ReadOptions struct {
	Ports   []uint16 // of receivers; none: all
	Verify  bool     // report all that is wrong with a frame
	Collect kmsg.CollectOptions
	Filter  output.Filters
	Outputs []output.Output
	Report  io.Writer // of Verify
	Log     *slog.Logger
}

// ErrFaults ends a verification that found faults.
var ErrFaults = errors.New("the capture has faulty frames")

// flushEvery is after how many frames the outputs begin to write.
const flushEvery = 64

// reader takes captures to the outputs, with their time for a clock.
type reader struct {
	o          ReadOptions
	captures   []*output.Capture
	defragment *frame.Defragmenter
	collectors *collectors

	frames, datagrams, others uint64
	unreadable                uint64 // frames whose headers contradict themselves
	faulty                    uint64
}

// Read reads captures, one after the other. open gives the next one, and io.EOF
// after the last. Outputs that are slow make it wait.
func Read(open func() (name string, r *pcap.Reader, err error), o ReadOptions) error {
	output.Patient(o.Outputs...)
	r := &reader{o: o, captures: captures(o.Outputs), defragment: frame.NewDefragmenter(frame.DefragmentLimits{}),
		collectors: newCollectors(o.Collect, o.Filter, o.Outputs)}
	var failed error
	for {
		name, file, err := open()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = r.file(name, file)
		}
		failed = errors.Join(failed, err)
	}
	r.collectors.flush()
	for _, out := range o.Outputs {
		failed = errors.Join(failed, out.Close(math.MaxInt64))
	}
	r.account()
	if o.Verify && r.faulty > 0 {
		failed = errors.Join(failed, fmt.Errorf("%w: %d of %d", ErrFaults, r.faulty, r.frames))
	}
	return failed
}

func (r *reader) account() {
	t, ip := r.collectors.totals(), r.defragment.Stats()
	attrs := []any{"frames", r.frames, "datagrams", r.datagrams, "of_others", r.others, "hosts", t.Hosts,
		"records", t.Account.Delivered, "missing", t.Account.Missing, "partial", t.Account.Partial}
	if r.unreadable > 0 {
		attrs = append(attrs, "unreadable", r.unreadable, "remedy", "--verify tells what is wrong with them")
	}
	if n := ip.Begun - ip.Completed; n > 0 {
		attrs = append(attrs, "ip_fragments_missing", n)
	}
	r.o.Log.Info("read", attrs...)
}

func (r *reader) file(name string, in *pcap.Reader) error {
	defer in.Close()
	for n := 1; ; n++ {
		p, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		r.frames++
		if r.o.Verify {
			r.verify(name, n, p)
		}
		r.take(p)
		if n%flushEvery == 0 {
			for _, out := range r.o.Outputs {
				out.Flush()
			}
		}
	}
}

// verify reports what is wrong with a frame. Padding that is not zero is only
// a remark.
func (r *reader) verify(name string, n int, p pcap.Packet) {
	faulty := false
	report := func(what any) { fmt.Fprintf(r.o.Report, "%s: frame %d: %v\n", name, n, what) }
	for _, e := range frame.Faults(frame.LinkType(p.LinkType), p.Data) {
		report(e)
		faulty = faulty || !errors.Is(e, frame.ErrPadding)
	}
	if p.Length > len(p.Data) {
		report(fmt.Sprintf("the capture has %d of %d bytes", len(p.Data), p.Length))
		faulty = true
	}
	if faulty {
		r.faulty++
	}
}

// take hands a datagram to the collector of its port. Checksums do not count
// here: on the sending host a capture has them unfinished.
func (r *reader) take(p pcap.Packet) {
	r.collectors.advance(p.Time)
	f, err := r.parse(p)
	switch {
	case errors.Is(err, frame.ErrFragment):
	case err != nil && !errors.Is(err, frame.ErrNotUDP):
		r.unreadable++
	case err != nil, len(r.o.Ports) > 0 && !slices.Contains(r.o.Ports, f.Target.Port):
		r.others++
	default:
		r.datagram(p, f)
	}
}

// parse completes a frame that the capture has cut with zeros.
func (r *reader) parse(p pcap.Packet) (frame.Frame, error) {
	link := frame.LinkType(p.LinkType)
	if n := p.Length - len(p.Data); n > 0 && p.Length <= pcap.MaxFrame {
		return frame.ParseLinkUnverified(link, append(slices.Clone(p.Data), make([]byte, n)...))
	}
	return r.defragment.ParseUnverified(link, p.Data, p.Time)
}

func (r *reader) datagram(p pcap.Packet, f frame.Frame) {
	r.datagrams++
	from := netip.AddrPortFrom(f.Source.Addr, f.Source.Port)
	to := netip.AddrPortFrom(f.Target.Addr, f.Target.Port)
	c, payload := r.collectors.of(to.Port()), f.Payload
	if cut := p.Length - len(p.Data) - len(f.Padding); cut > 0 {
		payload = payload[:max(len(payload)-cut, 0)]
		c.ReceiveTruncated(p.Time, from, payload, len(f.Payload))
	} else {
		c.Receive(p.Time, from, payload)
	}
	for _, k := range r.captures {
		k.Datagram(p.Time, from, to, payload)
	}
}

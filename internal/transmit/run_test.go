package transmit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame/wire"
)

// numbers is a sequence of frames that hold their number and vary in length.
type numbers uint64

func (n numbers) Len() uint64 { return uint64(n) }

func (n numbers) Frame(i uint64, buf []byte) ([]byte, error) {
	if n > 0 && i >= uint64(n) {
		return nil, fmt.Errorf("frame %d of %d", i, n)
	}
	f := binary.BigEndian.AppendUint64(slices.Grow(buf[:0], 64), i)
	return f[:8+i%50], nil
}

// port is a Port that remembers what it accepted.
type port struct {
	mu     *sync.Mutex
	got    map[uint64]int
	order  []uint64
	refuse func(i uint64) error
	closed bool
}

func (p *port) SendBatch(fs [][]byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n, f := range fs {
		i := binary.BigEndian.Uint64(f)
		if p.refuse != nil {
			if err := p.refuse(i); err != nil {
				return n, err
			}
		}
		p.got[i] = len(f)
		p.order = append(p.order, i)
	}
	return len(fs), nil
}

func (p *port) Close() error { p.closed = true; return nil }

func refusal(err error) error { return &wire.Error{Op: "send on", Device: "eth0", Err: err} }

func TestRun(t *testing.T) {
	full, long, gone, odd := refusal(syscall.ENOBUFS), refusal(syscall.EMSGSIZE), refusal(syscall.ENXIO), refusal(syscall.EINVAL)
	for _, c := range []struct {
		name     string
		seq      numbers
		o        Options
		refuse   func(i uint64) error
		accepted uint64
		refused  map[Reason]uint64
		first    map[Reason]uint64
		err      error
	}{
		{name: "all of a sequence", seq: 1000, accepted: 1000},
		{name: "three workers", seq: 1000, o: Options{Workers: 3}, accepted: 1000},
		{name: "more workers than frames", seq: 2, o: Options{Workers: 4}, accepted: 2},
		{name: "a count", seq: 1000, o: Options{Count: 70}, accepted: 70},
		{name: "a count beyond the end", seq: 70, o: Options{Count: 1000}, accepted: 70},
		{name: "a count of a sequence without end", o: Options{Count: 129}, accepted: 129},
		{name: "paced", seq: 200, o: Options{Rate: Rate{Frames: 20000}}, accepted: 200},
		{name: "paced by bits, two workers", seq: 200, o: Options{Rate: Rate{Bits: 5e6}, Workers: 2}, accepted: 200},
		{name: "refused now and then", seq: 1000, refuse: func(i uint64) error {
			switch {
			case i%100 == 7:
				return full
			case i == 500:
				return long
			case i == 501:
				return odd
			}
			return nil
		}, accepted: 988, refused: map[Reason]uint64{NoRoom: 10, TooLong: 1, Other: 1}, first: map[Reason]uint64{NoRoom: 7, TooLong: 500, Other: 501}},
		{name: "all refused", seq: 130, refuse: func(uint64) error { return refusal(syscall.ENETDOWN) }, refused: map[Reason]uint64{Down: 130}},
		{name: "the device goes", seq: 1000, refuse: func(i uint64) error {
			if i >= 300 {
				return gone
			}
			return nil
		}, accepted: 300, refused: map[Reason]uint64{Gone: 1}, first: map[Reason]uint64{Gone: 300}, err: syscall.ENXIO},
	} {
		var mu sync.Mutex
		got := map[uint64]int{}
		var ports []*port
		c.o.Open = func() (Port, error) {
			ports = append(ports, &port{mu: &mu, got: got, refuse: c.refuse})
			return ports[len(ports)-1], nil
		}
		var captured uint64
		c.o.Capture = func(at time.Time, f []byte) error {
			mu.Lock()
			defer mu.Unlock()
			if n := got[binary.BigEndian.Uint64(f)]; n != len(f) {
				t.Errorf("%s: captured %d bytes of a frame of %d", c.name, len(f), n)
			}
			captured++
			return nil
		}
		counts, err := Run(context.Background(), c.seq, c.o)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.err)
		}
		sum, bytes := uint64(0), 0
		for _, r := range counts.Refused {
			sum += r.Count
			if r.Count != c.refused[r.Reason] || r.Frame != c.first[r.Reason] || r.Err == nil {
				t.Errorf("%s: %+v, want %d, the first %d", c.name, r, c.refused[r.Reason], c.first[r.Reason])
			}
		}
		for _, n := range got {
			bytes += n
		}
		if counts.Accepted != c.accepted || uint64(len(got)) != c.accepted || captured != c.accepted ||
			counts.Offered != c.accepted+sum || counts.Bytes != uint64(bytes) || len(counts.Refused) != len(c.refused) || counts.TotalRefused() != sum {
			t.Errorf("%s: %+v; the port has %d frames of %d bytes, the capture %d", c.name, counts, len(got), bytes, captured)
		}
		for _, p := range ports {
			if !p.closed {
				t.Errorf("%s: a port stays open", c.name)
			}
			for k := 1; k < len(p.order); k++ {
				if p.order[k] <= p.order[k-1] {
					t.Fatalf("%s: frame %d after %d", c.name, p.order[k], p.order[k-1])
				}
			}
		}
	}
}

func TestRunFails(t *testing.T) {
	boom := errors.New("boom")
	open := func() (Port, error) { return Discard{}, nil }
	for _, c := range []struct {
		name string
		o    Options
		want error
	}{
		{"device", Options{Count: 1, Open: func() (Port, error) { return nil, boom }}, boom},
		{"capture", Options{Count: 1, Open: open, Capture: func(time.Time, []byte) error { return boom }}, boom},
	} {
		if _, err := Run(context.Background(), numbers(0), c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := Run(context.Background(), numbers(9), Options{Open: open, Workers: 2, Schedule: &pace{rate: Rate{Frames: 1}}}); err == nil {
		t.Error("two workers share a schedule")
	}
}

// TestRunStops ends a run without end, in the middle of a pause too.
func TestRunStops(t *testing.T) {
	for _, rate := range []Rate{{}, {Frames: 0.001}} {
		ctx, stop := context.WithCancel(context.Background())
		var once sync.Once
		c, err := Run(ctx, numbers(0), Options{Rate: rate, Open: func() (Port, error) { return Discard{}, nil },
			Capture: func(time.Time, []byte) error { once.Do(stop); return nil }})
		if err != nil || c.Accepted == 0 || c.Accepted != c.Offered {
			t.Errorf("%v: %+v, %v", rate, c, err)
		}
	}
}

func TestProgress(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var last Counts
	c, err := Run(ctx, numbers(0), Options{Open: func() (Port, error) { return Discard{}, nil },
		Progress: func(c Counts) { last = c; stop() }})
	if err != nil || last.Accepted == 0 || last.Accepted > c.Accepted || last.Elapsed <= 0 {
		t.Errorf("told %+v, then %+v, %v", last, c, err)
	}
}

// TestAllocs sends with no allocation for a frame.
func TestAllocs(t *testing.T) {
	r := &run{seq: numbers(0)}
	for _, s := range []Schedule{nil, &pace{rate: Rate{Frames: 1e9}}} {
		w := &worker{run: r, port: Discard{}, schedule: s, step: 1}
		w.times.start = time.Now()
		some := func() {
			for range 10 {
				if _, err := w.gather(); err != nil {
					t.Fatal(err)
				}
				if err := w.flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		some()
		if n := testing.AllocsPerRun(20, some); n > 0 {
			t.Errorf("%v allocations for 640 frames", n)
		}
	}
}

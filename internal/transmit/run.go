package transmit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"netkmsg/frame/wire"
)

// Options say how to send.
type Options struct {
	Open     func() (Port, error) // called once for each worker, on the calling goroutine
	Count    uint64               // frames; 0: all that the sequence has
	Rate     Rate
	Schedule Schedule // in place of Rate; for one worker
	Workers  int      // 0 stands for 1

	// Capture sees every accepted frame after the kernel took it, those of one batch with one time. It is called by
	// one worker at a time.
	Capture func(at time.Time, f []byte) error

	// Progress is told the state five times a second.
	Progress func(Counts)
}

// Run sends frames until all are sent, ctx is done, or the device is gone. The
// counts are true whatever the error. A frame that is refused is counted, not
// sent again beyond what package wire does, and no error: only a device that
// cannot be opened or has gone, a sequence that fails, and a capture that fails
// are.
func Run(ctx context.Context, seq Sequence, o Options) (c Counts, err error) {
	total := o.Count
	if n := seq.Len(); n > 0 && (total == 0 || n < total) {
		total = n
	}
	o.Workers = max(o.Workers, 1)
	if o.Schedule != nil && o.Workers > 1 {
		return c, fmt.Errorf("%d workers cannot share one schedule", o.Workers)
	}
	var ws []*worker
	defer func() {
		for _, w := range ws {
			err = errors.Join(err, w.port.Close())
		}
	}()
	r := &run{seq: seq, total: total, capture: o.Capture}
	for i := range o.Workers {
		p, err := o.Open()
		if err != nil {
			return c, err
		}
		s := o.Schedule
		if s == nil {
			s = o.Rate.schedule(i, o.Workers)
		}
		ws = append(ws, &worker{run: r, port: p, schedule: s, next: uint64(i), step: uint64(o.Workers)})
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	start := time.Now()
	var wg sync.WaitGroup
	for _, w := range ws {
		wg.Go(func() {
			if err := w.send(ctx, start); err != nil {
				cancel(err)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	r.watch(done, start, o.Progress)
	c = r.counts()
	c.Elapsed = time.Since(start)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		err = cause
	}
	return c, err
}

// run is what the workers share.
type run struct {
	tally
	seq   Sequence
	total uint64 // 0: no end

	captureMu sync.Mutex
	capture   func(time.Time, []byte) error
}

func (r *run) watch(done <-chan struct{}, start time.Time, progress func(Counts)) {
	if progress == nil {
		<-done
		return
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			c := r.counts()
			c.Elapsed = time.Since(start)
			progress(c)
		}
	}
}

// keep gives accepted frames to the capture.
func (r *run) keep(frames [][]byte) error {
	if r.capture == nil {
		return nil
	}
	r.captureMu.Lock()
	defer r.captureMu.Unlock()
	at := time.Now()
	for _, f := range frames {
		if err := r.capture(at, f); err != nil {
			return err
		}
	}
	return nil
}

// Discard is a Port that accepts everything, for frames that are captured and
// not sent.
type Discard struct{}

// SendBatch accepts all frames.
func (Discard) SendBatch(frames [][]byte) (int, error) { return len(frames), nil }

// Close does nothing.
func (Discard) Close() error { return nil }

var _ Port = (*wire.Conn)(nil)

package collect

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"netkmsg/internal/output"
)

const (
	batchSize = 64                     // datagrams that a socket hands over at once
	holdTime  = time.Millisecond       // outputs are not flushed more often
	maxHeld   = 64 << 10               // but when they have so many bytes of datagrams
	maxWait   = 200 * time.Millisecond // how late a worker may see that it is to stop
	drainTime = time.Second            // how long a worker that stops reads what is there
)

// worker reads one source. It alone uses the Collectors, but for those who
// hold mu.
type worker struct {
	from    source
	outputs []output.Output
	frames  []*output.Capture
	came    time.Time // of the last datagram of a batch
	held    int       // bytes received since the last flush
	flushed time.Time

	tests *tests

	mu         sync.Mutex
	collectors *collectors
}

func newWorker(s source, o *Options) *worker {
	return &worker{from: s, outputs: o.Outputs, frames: captures(o.Outputs), tests: newTests(o, s),
		collectors: newCollectors(o.Collect, o.Filter, o.Outputs)}
}

// captures returns those outputs that keep datagrams.
func captures(outs []output.Output) (cs []*output.Capture) {
	for _, out := range outs {
		if c, ok := out.(*output.Capture); ok {
			cs = append(cs, c)
		}
	}
	return cs
}

// run reads until ctx is done; then, if drain, what is there already.
func (w *worker) run(ctx context.Context, drain bool) error {
	defer w.end()
	for ctx.Err() == nil {
		if err := w.step(w.deadline()); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
	for end := time.Now().Add(drainTime); drain && time.Now().Before(end); {
		if err := w.step(time.Now().Add(time.Millisecond)); err != nil {
			break
		}
	}
	return nil
}

// step takes a batch to the outputs. While datagrams come, theirs is the time:
// they may have waited long, and those behind them are not late for that.
func (w *worker) step(deadline time.Time) error {
	w.came = time.Time{}
	err := w.from.read(deadline, w.take)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.came.IsZero() {
		w.idle()
	} else {
		w.collectors.advance(w.came)
	}
	// Waking a writer costs more than a datagram does. What comes alone goes out
	// at once, what comes in a stream together.
	if now := time.Now(); w.held >= maxHeld || now.Sub(w.flushed) >= holdTime {
		w.flush(now)
	} else {
		w.held++ // a notice, perhaps
	}
	return err
}

// idle tells the time, and what was lost although nothing came after it.
func (w *worker) idle() {
	now := time.Now()
	if n := w.from.overflow(); n > 0 {
		w.collectors.of(w.from.addr().Port()).Overflow(now, n)
	}
	w.collectors.advance(now)
}

func (w *worker) take(d Datagram) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.came = d.At
	w.held += 1 + len(d.Payload) // an empty one has something to tell too
	c := w.collectors.of(d.To.Port())
	if d.Lost > 0 {
		c.Overflow(d.At, uint64(d.Lost))
	}
	if d.Truncated {
		c.ReceiveTruncated(d.At, d.From, d.Payload, 0)
	} else {
		c.Receive(d.At, d.From, w.tests.see(d))
	}
	for _, f := range w.frames {
		f.Datagram(d.At, d.From, d.To, d.Payload)
	}
}

func (w *worker) deadline() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	latest := time.Now().Add(maxWait)
	if w.held > 0 {
		latest = w.flushed.Add(holdTime)
	}
	return w.collectors.deadline(latest)
}

// end delivers what still waits.
func (w *worker) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle()
	w.collectors.flush()
	w.flush(time.Now())
}

func (w *worker) flush(now time.Time) {
	w.held, w.flushed = 0, now
	for _, out := range w.outputs {
		out.Flush()
	}
}

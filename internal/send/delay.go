package send

import (
	"time"

	"netkmsg/kmsg"
)

// delay decides which records of a log give way when it cannot leave as fast as
// it grows. It counts from the last time that nothing was at hand: whatever is
// read later was logged after it. The kernel's own time stamps do not count,
// as their clock is minutes off after some weeks.
type delay struct {
	limit    time.Duration
	severe   int // a lower level never gives way
	now      func() time.Time
	caughtUp time.Time // zero before the log is first read
}

// late reports whether a record of that level, just read, is to give way.
func (d *delay) late(level int) bool {
	return level >= d.severe && !d.caughtUp.IsZero() && d.now().Sub(d.caughtUp) > d.limit
}

// watched is a log whose reader's delay is known.
type watched struct {
	kmsg.Source
	delay *delay
}

// Next is called when there is nothing to do but to wait.
func (w *watched) Next() (kmsg.Record, error) {
	r, err := w.Source.Next()
	w.delay.caughtUp = w.delay.now()
	return r, err
}

func (w *watched) TryNext() (kmsg.Record, bool, error) {
	r, ok, err := w.Source.TryNext()
	if !ok || w.delay.caughtUp.IsZero() {
		w.delay.caughtUp = w.delay.now()
	}
	return r, ok, err
}

// checkDelay refuses settings of which nothing could come.
func (o *Options) checkDelay() error {
	switch {
	case o.MaxDelay < 0:
		return usagef("--max-delay %v: want a time above 0", o.MaxDelay)
	case o.MaxDelay == 0 && o.Priority != defaultPriority:
		return usagef("--priority is for --max-delay: without it no record gives way to another")
	case o.Priority > 8:
		return usagef("--priority %d: want 0 to 8: records with a lower level are never suppressed, so 4 spares errors and worse", o.Priority)
	case o.MaxDelay > 0 && !o.live():
		return usagef("--max-delay is for /dev/kmsg: %s waits for its reader", o.From)
	}
	return nil
}

// hasten has each target's log give way, if that is asked for.
func (o *Options) hasten(plan []*target, src *logs) {
	if o.MaxDelay == 0 {
		return
	}
	for i, t := range plan {
		t.delay = &delay{limit: o.MaxDelay, severe: int(o.Priority), now: time.Now}
		src.each[i] = &watched{src.each[i], t.delay}
	}
}

package transmit

import (
	"context"
	"time"

	"netkmsg/frame/wire"
)

// A worker sends every step'th frame of a run.
type worker struct {
	*run
	port     Port
	schedule Schedule // nil: as fast as possible
	times    timetable
	next     uint64
	step     uint64

	bufs   [wire.BatchMax][]byte
	frames [wire.BatchMax][]byte
	number [wire.BatchMax]uint64
	n      int  // frames that are due
	ahead  bool // frames[n] is made and not due yet
	due    time.Time
}

func (w *worker) send(ctx context.Context, start time.Time) error {
	var wait sleeper
	if w.schedule != nil {
		defer wait.begin()()
		w.times.start = start
	}
	for ctx.Err() == nil {
		more, err := w.gather()
		if err != nil {
			return err
		}
		if err := w.flush(); err != nil {
			return err
		}
		if !more {
			break
		}
		if w.ahead {
			wait.until(ctx, w.due)
		}
	}
	w.behind(w.times.late)
	return nil
}

// gather makes the frames that are due, and one more where it must know when
// that is. It reports whether there are more to come.
func (w *worker) gather() (more bool, err error) {
	now := time.Time{}
	if w.schedule != nil {
		now = time.Now()
	}
	for w.n < len(w.frames) {
		if !w.ahead {
			if w.total > 0 && w.next >= w.total {
				return false, nil
			}
			if err := w.make(now); err != nil {
				return false, err
			}
		}
		if w.ahead = w.due.After(now); w.ahead {
			return true, nil
		}
		w.n++
	}
	return true, nil
}

// make makes the next frame behind those that are due.
func (w *worker) make(now time.Time) error {
	f, err := w.seq.Frame(w.next, w.bufs[w.n])
	if err != nil {
		return err
	}
	if cap(f) > cap(w.bufs[w.n]) {
		w.grown(f)
	}
	w.frames[w.n], w.number[w.n] = f, w.next
	if w.schedule != nil {
		w.due = w.times.at(w.schedule.Due(w.next, len(f)), now)
	}
	w.next += w.step
	return nil
}

// grown gives a slot room for frames of f's size. A frame in memory of the
// sequence is not ours to write to, so the room is always new.
func (w *worker) grown(f []byte) { w.bufs[w.n] = make([]byte, 0, cap(f)) }

// flush sends what is due.
func (w *worker) flush() error {
	for at := 0; at < w.n; {
		n, err := w.port.SendBatch(w.frames[at:w.n])
		w.accepted.Add(uint64(n))
		bytes := uint64(0)
		for _, f := range w.frames[at : at+n] {
			bytes += uint64(len(f))
		}
		w.bytes.Add(bytes)
		if err := w.keep(w.frames[at : at+n]); err != nil {
			return err
		}
		at += n
		if err != nil {
			if w.refuse(w.number[at], err) == Gone {
				return err
			}
			at++
		}
	}
	if w.ahead { // to the front, each buffer staying with its frame
		w.bufs[0], w.bufs[w.n] = w.bufs[w.n], w.bufs[0]
		w.frames[0], w.number[0] = w.frames[w.n], w.number[w.n]
	}
	w.n = 0
	return nil
}

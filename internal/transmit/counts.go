package transmit

import (
	"sync"
	"sync/atomic"
	"time"
)

// Counts is what became of the frames. Offered = Accepted + all that was refused.
type Counts struct {
	Offered  uint64
	Accepted uint64 // by the kernel
	Bytes    uint64 // in the accepted frames
	Refused  []Refusal
	Elapsed  time.Duration // from the first frame on
	Late     time.Duration // schedule given up (see Backlog), of the worker that lost most
}

// A Refusal is the frames that were refused for one reason.
type Refusal struct {
	Reason Reason
	Count  uint64
	Frame  uint64 // number of the first one, from 0
	Err    error  // and what the system said of it
}

// TotalRefused returns how many frames were refused for any reason.
func (c Counts) TotalRefused() uint64 { return c.Offered - c.Accepted }

// tally is Counts in the making.
type tally struct {
	accepted, bytes atomic.Uint64
	refused         [reasons]atomic.Uint64

	mu    sync.Mutex
	first [reasons]Refusal
	late  time.Duration
}

func (t *tally) refuse(i uint64, err error) Reason {
	r := reason(err)
	if t.refused[r].Add(1) == 1 {
		t.mu.Lock()
		t.first[r] = Refusal{Reason: r, Frame: i, Err: err}
		t.mu.Unlock()
	}
	return r
}

func (t *tally) behind(late time.Duration) {
	t.mu.Lock()
	t.late = max(t.late, late)
	t.mu.Unlock()
}

func (t *tally) counts() Counts {
	c := Counts{Accepted: t.accepted.Load(), Bytes: t.bytes.Load()}
	c.Offered = c.Accepted
	t.mu.Lock()
	defer t.mu.Unlock()
	c.Late = t.late
	for r := range reasons {
		if n := t.refused[r].Load(); n > 0 {
			x := t.first[r]
			x.Reason, x.Count = r, n
			c.Refused = append(c.Refused, x)
			c.Offered += n
		}
	}
	return c
}

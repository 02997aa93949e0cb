package pathtest

import (
	"maps"
	"slices"
	"time"
)

// A Tally is the source's account of one test. The zero value with Count and
// Nonce is one at its beginning.
type Tally struct {
	Nonce Nonce
	Count int

	sent     map[int]time.Time
	trips    map[int]time.Duration
	got      int  // the most that the receiver has told
	heard    bool // there was an answer
	asked    bool // a query was sent
	told     bool // … and answered
	refused  int  // records that the device did not take
	kernel   bool // the records go through the kernel's log
	readBack int  // … where so many of them are
}

// Sent notes that record n leaves at a time.
func (t *Tally) Sent(n int, at time.Time) {
	if t.sent == nil {
		t.sent, t.trips = map[int]time.Time{}, map[int]time.Duration{}
	}
	if n == 0 {
		t.asked = true
		return
	}
	t.sent[n] = at
}

// Refused notes that record n, after all, did not leave.
func (t *Tally) Refused(n int) {
	if _, ok := t.sent[n]; ok {
		delete(t.sent, n)
		t.refused++
	}
}

// Receive notes an answer that came at a time. Those of other tests, and to
// what was not sent, do not count.
func (t *Tally) Receive(s Seen, at time.Time) {
	began, sent := t.sent[s.N]
	if s.Nonce != t.Nonce || s.Got > t.Count || s.N != 0 && !sent || s.N == 0 && !t.asked {
		return
	}
	t.heard = true
	t.got = max(t.got, s.Got)
	if s.N == 0 {
		t.told = true
	} else if _, again := t.trips[s.N]; !again {
		t.trips[s.N] = max(0, at.Sub(began))
	}
}

// Complete reports whether every record was answered.
func (t *Tally) Complete() bool { return len(t.trips) == t.Count }

// Result sums up.
func (t *Tally) Result() Result {
	r := Result{
		Nonce: t.Nonce.String(), Count: t.Count, Sent: len(t.sent), Refused: t.refused,
		Answered: len(t.trips), Arrived: max(t.got, len(t.trips)), Kernel: t.kernel, ReadBack: t.readBack,
		Heard: t.heard, Exact: t.told || t.Complete(),
	}
	r.LostBack = r.Arrived - r.Answered
	if r.Exact {
		r.LostThere = max(0, r.left()-r.Arrived)
	}
	if trips := slices.Sorted(maps.Values(t.trips)); len(trips) > 0 {
		r.min, r.median, r.max = trips[0], trips[len(trips)/2], trips[len(trips)-1]
	}
	r.Min, r.Median, r.Max = milliseconds(r.min), milliseconds(r.median), milliseconds(r.max)
	return r
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

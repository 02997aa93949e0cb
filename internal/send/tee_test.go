package send

import (
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"netkmsg/kmsg"
)

// outcome is what a target got from its branch.
type outcome struct {
	texts     []string
	malformed int
	gaps      map[string]uint64 // records lost before the one of that text; "" is the end
	err       error
}

// drink reads a branch to its end.
func drink(b *branch) outcome {
	o := outcome{gaps: map[string]uint64{}}
	for {
		r, err := b.Next()
		if r.Lost > 0 {
			o.gaps[string(r.Text)] = r.Lost
		}
		switch {
		case err == nil:
			o.texts = append(o.texts, string(r.Text))
		case malformed(err):
			o.malformed++
		default:
			o.err = err
			return o
		}
	}
}

// total is the number of records, however they ended.
func (o outcome) total() int {
	n := len(o.texts) + o.malformed
	for _, lost := range o.gaps {
		n += int(lost)
	}
	return n
}

func (o outcome) complete(t *testing.T, n int) {
	t.Helper()
	if len(o.texts) != n || len(o.gaps) > 0 || o.err != io.EOF {
		t.Errorf("%d records, gaps %v, %v; want %d, none, EOF", len(o.texts), o.gaps, o.err, n)
	}
}

func scanner(r io.Reader) kmsg.Source {
	return kmsg.NewScanner(r, kmsg.ScanOptions{Format: kmsg.Kmsg, Name: "log"})
}

func fork(src kmsg.Source, bs ...*branch) { go tee(src, bs) }

func no() bool { return false }

func TestTee(t *testing.T) {
	bs := []*branch{newBranch(no), newBranch(no), newBranch(no)}
	fork(scanner(strings.NewReader(records(0, 3)+"bad\n"+records(3, 5))), bs...)
	for i, b := range bs {
		o := drink(b)
		if got, want := strings.Join(o.texts, " "), "record 0 record 1 record 2 record 3 record 4"; got != want {
			t.Errorf("branch %d: %q, want %q", i, got, want)
		}
		if o.malformed != 1 {
			t.Errorf("branch %d: %d malformed, want 1", i, o.malformed)
		}
		o.complete(t, 5)
	}
}

// TestTeeError ends the stream with an error, which every target must learn.
func TestTeeError(t *testing.T) {
	boom := errors.New("boom")
	a, b := newBranch(no), newBranch(no)
	fork(scanner(io.MultiReader(strings.NewReader(records(0, 2)), iotest.ErrReader(boom))), a, b)
	for _, o := range []outcome{drink(a), drink(b)} {
		if !errors.Is(o.err, boom) || len(o.texts) != 2 {
			t.Errorf("%d records, %v; want 2, boom", len(o.texts), o.err)
		}
	}
}

// TestTeeStalled leaves one target without its device to the end. It loses
// what its queue does not hold, is told how much, and holds nobody up.
func TestTeeStalled(t *testing.T) {
	const n, bad = 3 * teeQueue, 5
	log := records(0, teeQueue-1) + strings.Repeat("bad\n", bad) + records(teeQueue-1, n)
	stalled, other := newBranch(func() bool { return true }), newBranch(no)
	fork(scanner(strings.NewReader(log)), stalled, other)
	drink(other).complete(t, n)
	o := drink(stalled)
	if o.total() != n+bad {
		t.Errorf("%d records and %v lost do not add up to %d", len(o.texts)+o.malformed, o.gaps, n+bad)
	}
	if len(o.texts) != teeQueue-1 || o.malformed != 1 || len(o.gaps) != 1 || o.gaps[""] == 0 {
		t.Errorf("%d records, %d malformed, gaps %v; want the queue's and the rest lost at the end", len(o.texts), o.malformed, o.gaps)
	}
}

// TestTeeBack gives a target its device back after it has lost records.
func TestTeeBack(t *testing.T) {
	const n = 2 * teeQueue
	var away atomic.Bool
	away.Store(true)
	stalled, other := newBranch(away.Load), newBranch(no)
	r, w := io.Pipe()
	fork(scanner(r), stalled, other)
	feed := func(from, to int) {
		if _, err := io.WriteString(w, records(from, to)); err != nil {
			t.Error(err)
		}
	}
	go feed(0, n+1) // the scanner sees the end of a record when the next one begins
	for range n {
		if _, err := other.Next(); err != nil {
			t.Fatal(err)
		}
	}
	away.Store(false)
	for range 10 {
		if r, err := stalled.Next(); err != nil || r.Lost > 0 {
			t.Fatal(r.Lost, err)
		}
	}
	go func() {
		feed(n+1, n+5)
		w.Close()
	}()
	o := drink(stalled)
	if len(o.gaps) != 1 || o.total() != n+5-10 {
		t.Errorf("%d records, gaps %v; want one gap and %d together", len(o.texts), o.gaps, n+5-10)
	}
	if last := o.texts[len(o.texts)-5:]; o.gaps[last[0]] != n-teeQueue {
		t.Errorf("gaps %v; want %d lost before %q", o.gaps, n-teeQueue, last[0])
	}
}

// TestTeeEnded has a target that fails at once. The others get everything.
func TestTeeEnded(t *testing.T) {
	const n = 3 * teeQueue
	failed, other := newBranch(no), newBranch(no)
	failed.Close()
	fork(scanner(strings.NewReader(records(0, n))), failed, other)
	drink(other).complete(t, n)
}

// TestTeeAllAway has no target that could go on: nothing need be lost.
func TestTeeAllAway(t *testing.T) {
	const n = 2 * teeQueue
	var away atomic.Bool
	away.Store(true)
	failed, a, b := newBranch(no), newBranch(away.Load), newBranch(away.Load)
	failed.Close()
	fork(scanner(strings.NewReader(records(0, n))), failed, a, b)
	eventually(t, "the queues are full", func() bool { return len(a.queue) == teeQueue && len(b.queue) == teeQueue })
	away.Store(false)
	done := make(chan outcome)
	go func() { done <- drink(a) }()
	drink(b).complete(t, n)
	(<-done).complete(t, n)
}

package expect

import (
	"fmt"
	"time"

	"netkmsg/frame/match"
)

// A Wish is what is to come.
type Wish struct {
	Match   match.Match
	Count   int  // frames that match
	Exactly bool // and no more, so that the whole time is watched
}

// A Watch compares frames with a wish and keeps count. It reads no clock.
type Watch struct {
	Wish
	Seen, Matched int
	nearest       match.Nearest // of those that do not match
}

// Add takes a frame and reports whether it matches.
func (w *Watch) Add(f match.Frame) bool {
	w.Seen++
	if w.Match.Matches(f) {
		w.Matched++
		return true
	}
	w.nearest.Add(w.Match, f)
	return false
}

// Over reports whether no further frame can change the outcome.
func (w *Watch) Over() bool {
	if w.Exactly {
		return w.Matched > w.Count
	}
	return w.Matched >= w.Count
}

// Met reports whether the wish is fulfilled by what has come.
func (w *Watch) Met() bool {
	return w.Matched == w.Count || w.Matched > w.Count && !w.Exactly
}

// Nearest returns how the nearest miss differs, false if there is none.
func (w *Watch) Nearest() (r match.Result, ok bool) {
	f, ok := w.nearest.Frame()
	if !ok || len(w.Match) == 0 {
		return r, false
	}
	return w.Match.Test(f), true
}

// verdict puts the outcome into an error, nil for success. Where frames were
// lost, that none of them matched cannot be said.
func (w *Watch) verdict(dropped uint64, where string, within time.Duration) error {
	account := fmt.Sprintf("; %s seen %s, %d dropped", frames(w.Seen), where, dropped)
	time := ""
	if within > 0 {
		time = " within " + within.String()
	}
	switch {
	case w.Met() && w.Exactly && dropped > 0:
		return fmt.Errorf("%s matched%s, as wanted, but more may be among those dropped%s", frames(w.Matched), time, account)
	case w.Met():
		return nil
	case w.Exactly && w.Count == 0:
		return fmt.Errorf("a frame matched that was not to come%s", account)
	case w.Matched > w.Count:
		return fmt.Errorf("%s matched, wanted %d and no more%s", frames(w.Matched), w.Count, account)
	case w.Matched == 0:
		return fmt.Errorf("no frame matched%s%s", time, account)
	}
	return fmt.Errorf("%d of %s matched%s%s", w.Matched, frames(w.Count), time, account)
}

func frames(n int) string {
	if n == 1 {
		return "1 frame"
	}
	return fmt.Sprintf("%d frames", n)
}

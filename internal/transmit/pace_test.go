package transmit

import (
	"slices"
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name    string
		rate    Rate
		workers int
		sizes   []int
		want    []time.Duration // by number of frame
	}{
		{"frames", Rate{Frames: 1000}, 1, []int{60, 1514, 60}, []time.Duration{0, ms, 2 * ms}},
		{"a fraction of a frame", Rate{Frames: 0.5}, 1, []int{60, 60}, []time.Duration{0, 2000 * ms}},
		{"frames, two workers", Rate{Frames: 1000}, 2, []int{60, 60, 60, 60}, []time.Duration{0, ms, 2 * ms, 3 * ms}},
		{"bits: a frame leaves when those before it are through", Rate{Bits: 8000}, 1, []int{100, 200, 50}, []time.Duration{0, 100 * ms, 300 * ms}},
		{"bits, two workers with half of the rate each", Rate{Bits: 8000}, 2, []int{100, 100, 100, 100}, []time.Duration{0, 100 * ms, 200 * ms, 300 * ms}},
	} {
		got := make([]time.Duration, len(c.sizes))
		for w := range c.workers {
			s := c.rate.schedule(w, c.workers)
			for i := w; i < len(c.sizes); i += c.workers {
				got[i] = s.Due(uint64(i), c.sizes[i])
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if s := (Rate{}).schedule(0, 1); s != nil {
		t.Errorf("max has a schedule: %v", s)
	}
}

// TestTimetable shows that nothing drifts, that a little is caught up with,
// and that no more is.
func TestTimetable(t *testing.T) {
	start := time.Unix(1000, 0)
	const ms = time.Millisecond
	tt := timetable{start: start}
	for _, c := range []struct{ due, now, want time.Duration }{
		{0, 0, 0},
		{1 * ms, 3 * ms, 1 * ms},     // late, and caught up with
		{2 * ms, 3 * ms, 2 * ms},     //
		{4 * ms, 3 * ms, 4 * ms},     // in time again
		{5 * ms, 115 * ms, 105 * ms}, // held up for 110: 10 stay due at once, 100 are given up
		{6 * ms, 115 * ms, 106 * ms},
		{20 * ms, 115 * ms, 120 * ms}, // the pace after it is the same
	} {
		if got := tt.at(c.due, start.Add(c.now)).Sub(start); got != c.want {
			t.Errorf("due at %v, seen at %v: leaves at %v, want %v", c.due, c.now, got, c.want)
		}
	}
	if tt.late != 100*ms {
		t.Errorf("given up: %v, want 100ms", tt.late)
	}
}

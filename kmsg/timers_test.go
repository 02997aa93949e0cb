package kmsg

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The heap gives the same order as sorting, whatever is set and removed.
func TestTimers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var h timers
		flows := make([]flow, 40)
		due := make(map[*flow]int64)
		for range 200 {
			f := &flows[r.IntN(len(flows))]
			if r.IntN(4) == 0 {
				h.remove(f)
				delete(due, f)
				continue
			}
			at := int64(r.IntN(1000))
			h.set(f, at)
			if old, ok := due[f]; !ok || at < old {
				due[f] = at
			}
		}
		var want, got []int64
		for _, at := range due {
			want = append(want, at)
		}
		slices.Sort(want)
		for len(h) > 0 {
			for i, f := range h {
				if int(f.place) != i+1 {
					t.Fatalf("place %d of timer %d", f.place, i)
				}
			}
			f := h[0]
			got = append(got, f.due)
			if f.due != due[f] {
				t.Errorf("due at %d, want %d", f.due, due[f])
			}
			h.remove(f)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v\nwant %v", got, want)
		}
	}
}

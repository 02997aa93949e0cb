package frame_test

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
)

func TestDefragmentTime(t *testing.T) {
	parts := split(mustBuild(t, header6(), "in good time or not at all"), 1, 16)
	others := split(mustBuild(t, header6(), "in good time or not at all"), 2, 16)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * 1e9)) }
	for _, c := range []struct {
		name  string
		first float64 // another datagram's
		times [2]float64
		whole bool
	}{
		{"in time", 0, [2]float64{0, 59.9}, true},
		{"late", 0, [2]float64{0, 60}, false},
		{"back in time", 0, [2]float64{0, -1e6}, true},
		{"behind one from the future", 1e6, [2]float64{0, 60}, false},
		{"from no time at all", 0, [2]float64{-1e9, -1e9}, true},
	} {
		d := frame.NewDefragmenter(frame.DefragmentLimits{})
		d.Parse(1, others[0], at(c.first))
		d.Parse(1, parts[0], at(c.times[0]))
		f, err := d.Parse(1, parts[1], at(c.times[1]))
		if (err == nil) != c.whole || c.whole != (len(f.Payload) > 0) {
			t.Errorf("%s: %v", c.name, err)
		}
		balance(t, d)
	}

	d := frame.NewDefragmenter(frame.DefragmentLimits{Timeout: time.Second})
	for i := range 5 {
		d.Parse(1, split(parts[0], uint32(i), 16)[0], at(float64(i)/10)) // fragments of other IDs, all incomplete
	}
	for i, want := range []int{5, 5, 4, 3, 2, 1, 0, 0} {
		d.Expire(at(0.85 + float64(i)/10))
		if s := d.Stats(); s.Waiting != want || s.TimedOut != uint64(5-want) {
			t.Errorf("after %d steps: %+v, want %d waiting", i, s, want)
		}
		balance(t, d)
	}
}

func TestDefragmentLimits(t *testing.T) {
	whole := mustBuild(t, header6(), strings.Repeat("x", 1600))
	d := frame.NewDefragmenter(frame.DefragmentLimits{Datagrams: 3})
	for id := range uint32(5) {
		d.Parse(1, split(whole, id, 800)[0], start)
	}
	var done []uint32
	for id := range uint32(5) {
		id = 4 - id
		if _, err := d.Parse(1, split(whole, id, 800)[1], start); err == nil {
			done = append(done, id)
		}
		balance(t, d)
	}
	if !slices.Equal(done, []uint32{4, 3, 2}) || d.Stats().Evicted != 2 || d.Stats().Waiting != 2 { // the oldest made room
		t.Errorf("%v completed, %+v", done, d.Stats())
	}
	// A limit too small for anything.
	d = frame.NewDefragmenter(frame.DefragmentLimits{Bytes: 1})
	for _, b := range split(whole, 1, 800) {
		if _, err := d.Parse(1, b, start); !errors.Is(err, frame.ErrFragment) || d.Stats().Waiting != 0 {
			t.Errorf("%v, %+v", err, d.Stats())
		}
	}
	balance(t, d)
}

// Whatever is sent, memory stays within the limits, and a datagram that comes
// in the midst of it is put together.
func TestDefragmentFlood(t *testing.T) {
	whole := mustBuild(t, header6(), strings.Repeat("x", 9000))
	jumbo := mustBuild(t, header6(), strings.Repeat("y", 60000))
	for name, hostile := range map[string]func(i int) []byte{
		"tiny, of one datagram":     func(i int) []byte { return fragment(whole[:54], 14, 1, i*8%65000, true, make([]byte, 8)) },
		"tiny, of many":             func(i int) []byte { return fragment(whole[:54], 14, uint32(i), 8, true, make([]byte, 8)) },
		"far behind, of many":       func(i int) []byte { return fragment(whole[:54], 14, uint32(i), 65000, false, make([]byte, 8)) },
		"huge, of many":             func(i int) []byte { return split(jumbo, uint32(i), 59000)[0] },
		"overlapping, of many":      func(i int) []byte { return fragment(whole[:54], 14, uint32(i/2), i%2*8, true, make([]byte, 16)) },
		"never ending, from behind": func(i int) []byte { return fragment(whole[:54], 14, 1, 65000-i*8%65000, true, make([]byte, 8)) },
	} {
		t.Run(name, func(t *testing.T) {
			d := frame.NewDefragmenter(frame.DefragmentLimits{Bytes: 1 << 20})
			before := heap()
			for i := range 20000 {
				if _, err := d.Parse(1, hostile(i), start); err == nil {
					t.Fatal("completed")
				}
			}
			if grown := heap() - before; grown > 2<<20 {
				t.Errorf("%d KiB of memory, want some 1024", grown>>10)
			}
			if got := feed(t, d, 1, split(whole, 1e6, 1448, 2896, 4344, 5792, 7240, 8688)...); len(got) != 1 {
				t.Errorf("amidst: %d payloads, %+v", len(got), d.Stats())
			}
			d.Expire(start.Add(time.Hour))
			if s := d.Stats(); s.Waiting != 0 {
				t.Errorf("left: %+v", s)
			}
			if grown := heap() - before; grown > 512<<10 {
				t.Errorf("%d KiB of memory for nothing", grown>>10)
			}
			runtime.KeepAlive(d)
		})
	}
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

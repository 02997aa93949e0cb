package collect

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"netkmsg/internal/output"
	"netkmsg/kmsg"
)

// given is a source that has what it is given, and nothing else.
type given struct{ next []Datagram }

func (g *given) read(_ time.Time, each func(Datagram)) error {
	if len(g.next) == 0 {
		return os.ErrDeadlineExceeded
	}
	for _, d := range g.next {
		each(d)
	}
	g.next = nil
	return nil
}

func (g *given) overflow() uint64     { return 0 }
func (g *given) addr() netip.AddrPort { return netip.AddrPort{} }
func (g *given) buffer() (int, error) { return 0, nil }
func (g *given) Close() error         { return nil }

// flushes counts the calls of Flush.
type flushes struct{ n int }

func (f *flushes) Message(*kmsg.Message)     {}
func (f *flushes) Notice(*kmsg.Notice)       {}
func (f *flushes) Flush()                    { f.n++ }
func (f *flushes) Shed() uint64              { return 0 }
func (f *flushes) Close(time.Duration) error { return nil }

// TestFlush tells when outputs are flushed: at once if it was long ago, later if not, and early again if there is much.
func TestFlush(t *testing.T) {
	g, f := &given{}, &flushes{}
	w := newWorker(g, &Options{Outputs: []output.Output{f}})
	recently := func() time.Time { return time.Now().Add(time.Hour) } // for as long as the test may take
	for _, tt := range []struct {
		what    string
		size    int // of a datagram, 0 for none
		flushed time.Time
		want    bool
	}{
		{"the first", 10, time.Time{}, true},
		{"soon after", 10, recently(), false},
		{"again soon after", 0, recently(), false},
		{"later, nothing more has come", 0, time.Now().Add(-holdTime), true},
		{"much", maxHeld, recently(), true},
		{"much in the end", maxHeld / 2, recently(), false},
		{"much in the end, and the end", maxHeld / 2, recently(), true},
	} {
		g.next = nil
		if tt.size > 0 {
			g.next = []Datagram{{At: time.Now(), From: netip.MustParseAddrPort("192.0.2.1:6665"), Payload: make([]byte, tt.size)}}
		}
		w.flushed = tt.flushed
		before := f.n
		if err := w.step(time.Time{}); err != nil && err != os.ErrDeadlineExceeded {
			t.Fatal(err)
		}
		if got := f.n > before; got != tt.want {
			t.Errorf("%s: flushed: %v, want %v", tt.what, got, tt.want)
		}
		if due := w.flushed.Add(holdTime); !tt.want && w.deadline().After(due) {
			t.Errorf("%s: waits until %v, the flush is due at %v", tt.what, w.deadline(), due)
		}
	}
}

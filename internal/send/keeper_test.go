package send

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestCaptureFails loses the capture in the middle: what was captured stays,
// and nothing more is tried.
func TestCaptureFails(t *testing.T) {
	k := newKeeper(slog.New(slog.DiscardHandler))
	m := &memory{fail: 3}
	k.to = m
	k.clock(false, time.Time{})
	if !k.any() {
		t.Error("nobody wants frames")
	}
	for range 5 {
		k.frame(0, []byte("frame"))
	}
	if len(m.frames) != 2 || k.any() {
		t.Errorf("%d frames captured, want 2 and no more wanted", len(m.frames))
	}
	if err := k.failure(); err == nil || err.Error() != "capture: write packet 3: disk full" {
		t.Errorf("failure %v", err)
	}
	if !closed(k.failed) {
		t.Error("the failure is not told")
	}
}

// TestCaptureFailsAlone has nothing but the capture: the run ends.
func TestCaptureFailsAlone(t *testing.T) {
	r, w := pipe(t) // stays open: only the failure can end the run
	write(t, w, records(0, 10))
	m := &memory{fail: 4}
	diag, err := runWith(context.Background(), r, m, nil,
		"--no-wire", "--from", "-", "--source-mac", "02:00:00:00:00:01", "@fe80::1/eth0,@fe80::2/")
	if err == nil || !strings.HasPrefix(err.Error(), "capture: write packet 4: disk full") || Report(Streams{Err: io.Discard}, err) != 1 {
		t.Errorf("%v, want the capture's failure", err)
	}
	if len(m.frames) != 3 || !m.closed {
		t.Errorf("%d frames captured, closed: %v; want 3, true", len(m.frames), m.closed)
	}
	if !strings.Contains(diag, `level=ERROR msg="frames are no longer shown or captured" err="capture: write packet 4: disk full"`) {
		t.Errorf("messages\n%s", diag)
	}
}

// TestCaptureClose reports what a capture says at its end.
func TestCaptureClose(t *testing.T) {
	boom := errors.New("boom")
	_, err := runWith(context.Background(), nil, closing{boom}, nil,
		"--no-wire", "--from", input(t, 1), "--source-mac", "02:00:00:00:00:01", "@fe80::1/eth0,@fe80::2/")
	if !errors.Is(err, boom) {
		t.Errorf("%v, want boom", err)
	}
}

type closing struct{ err error }

func (c closing) Write(time.Time, []byte) error { return nil }
func (c closing) Close() error                  { return c.err }

// TestKeeperClock: what is not sent has its record's time, so that it can be
// reproduced.
func TestKeeperClock(t *testing.T) {
	m := new(memory)
	boot := time.Unix(1_700_000_000, 0)
	for _, usec := range []uint64{0, 1_500_000, 1<<63 + 5, 1<<64 - 1} {
		for _, b := range []time.Time{{}, boot} {
			k := newKeeper(slog.New(slog.DiscardHandler))
			k.to = m
			k.clock(true, b)
			k.frame(usec, nil)
		}
	}
	last := 1<<51 - 1_500_000
	want := []time.Duration{0, 0, 1_500_000, 1_500_000}
	for i, d := range want {
		base := time.Unix(0, 0)
		if i%2 == 1 {
			base = boot
		}
		if got := m.times[i].Sub(base); got != d*time.Microsecond {
			t.Errorf("frame %d at %v after boot, want %v", i, got, d*time.Microsecond)
		}
	}
	for i, at := range m.times[len(want):] {
		if s := at.Unix(); s < int64(last/1_000_000) || s > 1<<32-1 {
			t.Errorf("absurd time stamp %d: %v, want a capture's last years", i, at)
		}
	}
	k := newKeeper(slog.New(slog.DiscardHandler))
	k.to = m
	k.clock(false, boot)
	before := time.Now()
	k.frame(0, nil)
	if at := m.times[len(m.times)-1]; at.Before(before) || at.After(time.Now()) {
		t.Errorf("a frame that is sent has %v, want the present time", at)
	}
}

package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestFaultDown takes the device down and up again in the middle of a stream.
func TestFaultDown(t *testing.T) {
	f := startFed(t, frametest.NewPair(t))
	f.more(100)
	f.arrives(100)
	f.p.A.SetDown()
	f.more(100)
	f.says(stopped)
	f.p.A.SetUp()
	f.more(100)
	if a := f.close(0); a.Dropped > 0 {
		t.Errorf("%+v, want none dropped", a)
	}
}

// TestFaultFlaps does so over and over, whatever the command is at. A refusal
// for want of a carrier that is back a moment later counts as congestion, so
// records may be dropped, but not without being told and counted.
func TestFaultFlaps(t *testing.T) {
	f := startFed(t, frametest.NewPair(t))
	f.more(1)
	f.arrives(1)
	for range 50 {
		f.more(20)
		f.p.A.SetDown()
		f.more(20)
		f.p.A.SetUp()
	}
	f.close(either)
	if !strings.Contains(f.diag.String(), stopped) {
		t.Errorf("the flaps had no effect\n%s", f.diag)
	}
}

// TestFaultCarrier takes the carrier away at the other end.
func TestFaultCarrier(t *testing.T) {
	f := startFed(t, frametest.NewPair(t), "--carrier-timeout", "1h")
	f.more(100)
	f.arrives(100)
	f.p.B.SetDown()
	f.more(100)
	f.says(stopped)
	f.p.B.SetUp()
	f.more(100)
	if a := f.close(0); a.Dropped > 0 {
		t.Errorf("%+v, want none dropped", a)
	}
}

// TestFaultCarrierGone never gives the carrier back: the log of a finite input
// must end.
func TestFaultCarrierGone(t *testing.T) {
	f := startFed(t, frametest.NewPair(t), "--carrier-timeout", "50ms")
	f.more(100)
	f.arrives(100)
	f.p.B.SetDown()
	f.more(100)
	if a := f.end(1); a.Sent != 100 || a.Dropped != 100 {
		t.Errorf("%+v, want 100 sent, 100 dropped", a)
	}
	if !strings.Contains(f.diag.String(), "\nnetkmsg: cmdline0: not every record was sent\n") {
		t.Errorf("%s", f.diag)
	}
}

// TestFaultDeleted makes the device anew, twice.
func TestFaultDeleted(t *testing.T) {
	// As it begins down, it is down when it comes back, until the capture is ready.
	p := frametest.NewPair(t, frametest.A(frametest.Device{Down: true}))
	p.A.SetUp()
	f := startFed(t, p)
	for range 2 {
		f.more(100)
		f.arrives(f.fed - len(f.arrived))
		f.p.A.Delete()
		f.more(100)
		f.says(fmt.Sprintf(`"why":"send on eth0: frame of %d bytes: no such device or address`, 62+len(record(f.fed-100))))
		f.p.Connect()
		f.c = f.p.B.Capture(t) // the old one is dead
		f.p.A.SetUp()
	}
	if a := f.close(0); a.Dropped > 0 {
		t.Errorf("%+v, want none dropped", a)
	}
}

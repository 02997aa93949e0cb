package netpoll_test

import (
	"strings"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
	"netkmsg/internal/netpoll"
)

// TestPatience loses the carrier for longer than the port is ready to wait.
// The frames are lost then, at once after the first, until one gets out.
func TestPatience(t *testing.T) {
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	port := open(t, p.A, netpoll.Options{Patience: 50 * time.Millisecond})
	for round := 1; round <= 2; round++ {
		p.B.SetDown()
		for range 3 {
			if outcome(t, port.start(t, port.refusedAs(t, wire.Full))) {
				t.Fatalf("round %d: Recover = true without a carrier", round)
			}
		}
		if n := strings.Count(port.log.String(), stopped); n != round {
			t.Errorf("round %d: waited %d times\n%s", round, n, port.log)
		}
		p.B.SetUp()
		port.works(t, c)
	}
}

// TestPatienceSuffices has the carrier come back in time.
func TestPatienceSuffices(t *testing.T) {
	p := frametest.NewPair(t)
	port := open(t, p.A, netpoll.Options{Patience: time.Hour})
	p.B.SetDown()
	done := port.start(t, port.refusedAs(t, wire.Full))
	port.log.wait(t, stopped)
	p.B.SetUp()
	if !outcome(t, done) {
		t.Errorf("given up\n%s", port.log)
	}
}

// TestPatienceDown is not about a device that is down or gone, which somebody
// has done: that is waited for.
func TestPatienceDown(t *testing.T) {
	p := frametest.NewPair(t)
	port := open(t, p.A, netpoll.Options{Patience: time.Nanosecond})
	p.A.SetDown()
	done := port.start(t, port.refusedAs(t, wire.Down))
	port.log.wait(t, stopped)
	p.A.SetUp()
	if !outcome(t, done) {
		t.Errorf("given up\n%s", port.log)
	}
}

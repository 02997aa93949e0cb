package netpoll_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netpoll"
)

var (
	down = frametest.Device{Down: true}
	slow = netpoll.Options{CarrierTimeout: time.Hour}
)

const forcing = `level=WARN msg="the device is not up yet, forcing it"`

// TestCarrierForced opens a device that is down and gets a carrier at once.
func TestCarrierForced(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(down))
	c := p.B.Capture(t)
	port := open(t, p.A, slow)
	port.log.expect(t, forcing, `msg="waiting for the carrier" at_most=1h0m0s`)
	if strings.Contains(port.log.String(), "timeout") {
		t.Errorf("no timeout is near:\n%s", port.log)
	}
	port.works(t, c)
}

// TestCarrierLate lets the other end come up while the carrier is waited for.
func TestCarrierLate(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(down), frametest.B(down))
	log, done := new(diary), make(chan error, 1)
	o := slow
	o.Log = log.logger()
	go func() {
		done <- p.A.Do(func() error {
			port, err := netpoll.Open(context.Background(), "eth0", source6, remote6, o)
			if err == nil {
				err = port.Close()
			}
			return err
		})
	}()
	log.wait(t, "waiting for the carrier")
	p.B.SetUp()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(limit):
		t.Error("the carrier is not noticed")
	}
}

func TestCarrierTimeout(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(down), frametest.B(down))
	port := open(t, p.A, netpoll.Options{CarrierTimeout: 20 * time.Millisecond})
	port.log.expect(t, forcing, `msg="waiting for the carrier" at_most=20ms`,
		`level=WARN msg="timeout waiting for the carrier, going on without"`)
	p.B.SetUp()
	port.works(t, p.B.Capture(t))
}

// TestCarrierNone opens a device that was up already: nothing is waited for.
func TestCarrierNone(t *testing.T) {
	p := frametest.NewPair(t, frametest.B(down))
	port := open(t, p.A, slow)
	port.log.expect(t, `level=WARN msg="the device has no carrier"`)
	if strings.Contains(port.log.String(), "waiting") {
		t.Errorf("waited:\n%s", port.log)
	}
}

// TestCarrierStopped is told to stop while it waits.
func TestCarrierStopped(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(down), frametest.B(down))
	stop := errors.New("told to stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stop)
	_, err := try(ctx, p.A, "eth0", source6, remote6, slow)
	if want := "open eth0: wait for a link: told to stop"; err == nil || err.Error() != want || !errors.Is(err, stop) {
		t.Errorf("%v, want %s", err, want)
	}
}

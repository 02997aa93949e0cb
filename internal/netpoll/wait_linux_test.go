package netpoll_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netpoll"
)

// waiting opens a device that is not there and returns when it is waited for.
func waiting(ctx context.Context, t *testing.T, e *frametest.End, dev string) <-chan error {
	t.Helper()
	log, done := new(diary), make(chan error, 1)
	go func() {
		done <- e.Do(func() error {
			port, err := netpoll.Open(ctx, dev, source6, remote6, netpoll.Options{Wait: true, CarrierTimeout: time.Hour, Log: log.logger()})
			if err == nil {
				err = port.Close()
			}
			return err
		})
	}()
	log.wait(t, `level=WARN msg="waiting for the device to appear"`)
	return done
}

func ended(t *testing.T, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		t.Fatal("Open does not return")
		return nil
	}
}

// TestWaitRenamed has the device come by another one's being renamed.
func TestWaitRenamed(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(down))
	done := waiting(context.Background(), t, p.A, "lan7")
	p.A.Rename("lan7")
	if err := ended(t, done); err != nil {
		t.Error(err)
	}
}

// TestWaitNew has a device made.
func TestWaitNew(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.Delete()
	done := waiting(context.Background(), t, p.A, "eth0")
	p.Connect()
	if err := ended(t, done); err != nil {
		t.Error(err)
	}
}

// TestWaitMAC waits for a device that is named by its address.
func TestWaitMAC(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.Delete()
	done := waiting(context.Background(), t, p.A, "02:00:00:00:00:0a")
	p.Connect()
	if err := ended(t, done); err != nil {
		t.Error(err)
	}
}

func TestWaitStopped(t *testing.T) {
	p := frametest.NewPair(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	done := waiting(ctx, t, p.A, "eth7")
	stop := errors.New("told to stop")
	cancel(stop)
	err := ended(t, done)
	if want := "open eth7: wait for a link: told to stop"; err == nil || err.Error() != want || !errors.Is(err, stop) {
		t.Errorf("%v, want %s", err, want)
	}
}

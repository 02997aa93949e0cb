package netpoll_test

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
	"netkmsg/internal/netpoll"
)

const (
	stopped = `level=WARN msg="network logging stopped, waiting for the device" why="`
	resumed = `level=INFO msg="network logging resumed" name=`
)

// TestRecover takes the device away in several ways and gives it back. The
// frame that was refused must then go out.
func TestRecover(t *testing.T) {
	tests := []struct {
		name      string
		dev       string
		lose, fix func(*frametest.Pair)
		is        func(error) bool
		back      string // the name that it is found under
	}{
		{"down", "eth0",
			func(p *frametest.Pair) { p.A.SetDown() },
			func(p *frametest.Pair) { p.A.SetUp() }, wire.Down, "eth0"},
		{"no carrier", "eth0",
			func(p *frametest.Pair) { p.B.SetDown() },
			func(p *frametest.Pair) { p.B.SetUp() }, wire.Full, "eth0"},
		{"renamed while down", "eth0",
			func(p *frametest.Pair) { p.A.SetDown(); p.A.Rename("lan7") },
			func(p *frametest.Pair) { p.A.SetUp() }, wire.Down, "lan7"},
		{"made again", "eth0",
			func(p *frametest.Pair) { p.A.Delete() },
			func(p *frametest.Pair) { p.Connect() }, wire.Gone, "eth0"},
		{"made again with another address", "eth0",
			func(p *frametest.Pair) { p.A.SetMAC(frame.MAC{2, 0, 0, 0, 0, 0x77}); p.A.Delete() },
			func(p *frametest.Pair) { p.Connect() }, wire.Gone, "eth0"},
		{"made again with another name, known by its address", "02:00:00:00:00:0a",
			func(p *frametest.Pair) { p.A.SetDown(); p.A.Rename("lan7"); p.A.Delete() },
			func(p *frametest.Pair) { p.Connect() }, wire.Gone, "lan7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := frametest.NewPair(t)
			port := openFor(t, p.A, tt.dev, source6, remote6, netpoll.Options{})
			tt.lose(p)
			err := port.refusedAs(t, tt.is)
			done := port.start(t, err)
			port.log.wait(t, stopped)
			select {
			case ok := <-done:
				t.Fatalf("Recover = %v with the device away", ok)
			default:
			}
			tt.fix(p)
			if !outcome(t, done) {
				t.Fatalf("given up\n%s", port.log)
			}
			port.log.expect(t, resumed+tt.back)
			if port.MAC() != p.A.MAC() || port.Local() != source6 {
				t.Errorf("MAC %v, source %v", port.MAC(), port.Local())
			}
			port.works(t, p.B.Capture(t))
		})
	}
}

// refusedAs sends until it is refused in that way: a device that is deleted has
// no carrier at first.
func (p *opened) refusedAs(t testing.TB, is func(error) bool) error {
	t.Helper()
	err := p.refused(t)
	for i := 0; !is(err) && i < 100; i++ {
		err = p.refused(t)
	}
	if !is(err) {
		t.Fatalf("refused with %v", err)
	}
	return err
}

// TestRecoverBack finds the device back before it has to wait.
func TestRecoverBack(t *testing.T) {
	p := frametest.NewPair(t)
	port := open(t, p.A, netpoll.Options{})
	p.A.SetDown()
	err := port.refused(t)
	p.A.SetUp()
	if !outcome(t, port.start(t, err)) {
		t.Error("given up")
	}
	p.A.Delete()
	err = port.refusedAs(t, wire.Gone)
	p.Connect()
	if !outcome(t, port.start(t, err)) {
		t.Error("given up")
	}
	if strings.Contains(port.log.String(), "stopped") {
		t.Errorf("waited:\n%s", port.log)
	}
	port.works(t, p.B.Capture(t))
}

// TestRecoverNot is about refusals that waiting does not mend.
func TestRecoverNot(t *testing.T) {
	p := frametest.NewPair(t)
	port := open(t, p.A, netpoll.Options{})
	tooLong, err := port.Send([][]byte{make([]byte, 1600)})
	if tooLong != 0 || !errors.Is(err, syscall.EMSGSIZE) {
		t.Fatal(tooLong, err)
	}
	for name, cause := range map[string]error{
		"too long a frame":   err,
		"a congested device": &wire.Error{Op: "send on", Device: "eth0", Err: syscall.ENOBUFS},
	} {
		if outcome(t, port.start(t, cause)) {
			t.Errorf("%s: Recover = true", name)
		}
	}
	if strings.Contains(port.log.String(), "stopped") {
		t.Errorf("waited:\n%s", port.log)
	}
	port.works(t, p.B.Capture(t))
}

// TestRecoverStopped is told to stop while it waits, and before.
func TestRecoverStopped(t *testing.T) {
	p := frametest.NewPair(t)
	port := open(t, p.A, netpoll.Options{})
	p.A.SetDown()
	cause := port.refused(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan bool, 1)
	go p.A.Do(func() error { done <- port.Recover(ctx, cause); return nil })
	port.log.wait(t, stopped)
	cancel()
	if outcome(t, done) {
		t.Error("Recover = true after the stop")
	}
	go p.A.Do(func() error { done <- port.Recover(ctx, cause); return nil })
	if outcome(t, done) {
		t.Error("Recover = true when stopped before")
	}
}

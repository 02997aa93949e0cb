package netdev_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"go.uber.org/goleak"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
)

func eth0() (netdev.Link, error) { return netdev.Lookup("eth0") }

// wait starts to wait inside A, and calls the function that it returns to learn how that ended.
func wait(t *testing.T, p *frametest.Pair, find func() (netdev.Link, error), match func(netdev.Link) bool) func() netdev.Link {
	t.Helper()
	type result struct {
		netdev.Link
		error
	}
	done, looked := make(chan result), make(chan struct{}, 1)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	go p.A.Do(func() error {
		l, err := netdev.Wait(ctx, func() (netdev.Link, error) {
			select {
			case looked <- struct{}{}:
			default:
			}
			return find()
		}, match)
		done <- result{l, err}
		return nil
	})
	<-looked
	return func() netdev.Link {
		t.Helper()
		r := <-done
		if r.error != nil {
			t.Fatal(r.error)
		}
		return r.Link
	}
}

func TestWait(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	up := func(l netdev.Link) bool { return l.Up }
	carrier := func(l netdev.Link) bool { return l.Carrier }
	down := frametest.Device{Down: true}
	tests := []struct {
		name    string
		options []frametest.Option
		find    func() (netdev.Link, error)
		match   func(netdev.Link) bool
		do      func(*frametest.Pair)
	}{
		{"already so", nil, eth0, carrier, func(*frametest.Pair) {}},
		{"up", []frametest.Option{frametest.A(down)}, eth0, up, func(p *frametest.Pair) { p.A.SetUp() }},
		{"carrier", []frametest.Option{frametest.B(down)}, eth0, carrier, func(p *frametest.Pair) { p.B.SetUp() }},
		{"carrier lost", nil, eth0, func(l netdev.Link) bool { return !l.Carrier }, func(p *frametest.Pair) { p.B.SetDown() }},
		{"renamed", []frametest.Option{frametest.A(frametest.Device{Name: "lan0"})}, eth0, up,
			func(p *frametest.Pair) { p.A.Rename("eth0") }},
		{"MAC", nil, func() (netdev.Link, error) { return netdev.ByMAC(frame.MAC{2, 9}) }, up,
			func(p *frametest.Pair) { p.A.SetMAC(frame.MAC{2, 9}) }},
		{"master", nil, eth0, func(l netdev.Link) bool { return l.MasterName == "br0" },
			func(p *frametest.Pair) { p.A.Enslave("br0") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := frametest.NewPair(t, tt.options...)
			result := wait(t, p, tt.find, tt.match)
			tt.do(p)
			if l := result(); l.Name != "eth0" || !tt.match(l) {
				t.Errorf("%+v", l)
			}
		})
	}
	t.Run("made anew", func(t *testing.T) {
		p := frametest.NewPair(t)
		old := p.A.Index()
		p.A.Delete()
		result := wait(t, p, eth0, func(l netdev.Link) bool { return l.Carrier })
		p.Connect()
		if l := result(); l.Index == old || l.Index != p.A.Index() {
			t.Errorf("%+v", l)
		}
	})
}

// TestWaitLosesNothing changes things at the very moment at which the waiting begins.
func TestWaitLosesNothing(t *testing.T) {
	p := frametest.NewPair(t)
	for n := range 100 {
		mac := frame.MAC{2, 1, 0, 0, 0, byte(n)}
		done := make(chan error)
		go p.A.Do(func() error {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			_, err := netdev.Wait(ctx, eth0, func(l netdev.Link) bool { return l.MAC == mac })
			done <- err
			return nil
		})
		p.A.SetMAC(mac)
		if err := <-done; err != nil {
			t.Fatal(n, err)
		}
	}
}

func TestWaitEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	p := frametest.NewPair(t)
	never := func(netdev.Link) bool { return false }
	cause := errors.New("out of patience")

	ctx, cancel := context.WithCancelCause(context.Background())
	err := p.A.Do(func() error {
		l, err := netdev.Wait(ctx, eth0, func(netdev.Link) bool { cancel(cause); return false })
		if l.Name != "eth0" {
			t.Errorf("last seen: %+v", l)
		}
		return err
	})
	if !errors.Is(err, cause) {
		t.Error(err)
	}

	err = p.A.Do(func() error { _, err := netdev.Wait(ctx, eth0, never); return err })
	if !errors.Is(err, cause) {
		t.Errorf("begun too late: %v", err)
	}

	err = p.A.Do(func() error {
		_, err := netdev.Wait(context.Background(), func() (netdev.Link, error) { return netdev.Link{}, os.ErrPermission }, never)
		return err
	})
	if !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
}

// TestWatch changes more than the channel can tell one by one.
func TestWatch(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	p := frametest.NewPair(t)
	ctx, cancel := context.WithCancel(context.Background())
	var changed <-chan struct{}
	in(t, p.A, func() (err error) { changed, err = netdev.Watch(ctx); return err })
	for range 3 {
		for n := range 50 {
			p.A.SetMTU(1400 + n)
		}
		<-changed
	}
	cancel()
	for range changed {
	}
}

// TestWatchAll wants a word of an address that comes, and of one that goes.
func TestWatchAll(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	p := frametest.NewPair(t)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var changed <-chan struct{}
	if err := p.A.Do(func() (err error) { changed, err = netdev.WatchAll(ctx); return err }); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(string){p.A.AddAddr, p.A.DelAddr} {
		change("192.0.2.77/24")
		if _, ok := <-changed; !ok {
			t.Fatal("not told of the address")
		}
	}
	cancel()
	for range changed {
	}
}

package wire_test

import (
	"net"
	"slices"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// TestQdisc has a queueing discipline that swallows everything, without an error.
func TestQdisc(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.SetQdisc("blackhole")
	through, past, capture := open(t, p.A, wire.Options{Qdisc: true}), open(t, p.A, wire.Options{}), p.B.Capture(t)
	fs := samples(6)
	for i, f := range fs[:4] {
		c := through
		if i%2 == 1 {
			c = past
		}
		if err := c.Send(f); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := through.SendBatch(fs[4:5]); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := past.SendBatch(fs[5:]); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	capture.Expect(limit, fs[5])
	if got := arrived(capture, fs); !slices.Equal(got, []int{1, 3, 5}) {
		t.Errorf("past a blackhole came %v", got)
	}
}

// TestFirewall drops all output with nftables, and shows that it does.
func TestFirewall(t *testing.T) {
	nft := frametest.RequireTool(t, "nft")
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24", "fe80::a/64"}}),
		frametest.B(frametest.Device{Addrs: []string{"192.0.2.2/24", "fe80::b/64"}}))
	out, err := p.A.Command(nft, `add table inet f; add chain inet f out { type filter hook output priority 0; policy drop; }`).
		CombinedOutput()
	frametest.Require(t, err == nil, "nftables: "+string(out))
	err = p.A.Do(func() error {
		c, err := net.Dial("udp", "192.0.2.2:6666")
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = c.Write([]byte("stopped"))
		return err
	})
	if err == nil {
		t.Fatal("the firewall lets a datagram out")
	}
	both(t, func(t *testing.T, o wire.Options) {
		c, capture := open(t, p.A, o), p.B.Capture(t)
		if err := c.Send(sample(1)); err != nil {
			t.Fatal(err)
		}
		capture.Expect(limit, sample(1))
	})
}

// TestBridgePort sends on a device that netpoll refuses.
func TestBridgePort(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.Enslave("br0")
	c, capture := open(t, p.A, wire.Options{}), p.B.Capture(t)
	if err := c.Send(sample(1)); err != nil {
		t.Fatal(err)
	}
	capture.Expect(limit, sample(1))
	err := p.A.Do(func() error {
		c, err := wire.Open("br0", wire.Options{})
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Send(sample(2))
	})
	if err != nil {
		t.Fatal(err)
	}
	capture.Expect(limit, sample(2))
}

// TestNothingReceived shows that the socket is for sending only.
func TestNothingReceived(t *testing.T) {
	p := frametest.NewPair(t)
	a, b, capture := open(t, p.A, wire.Options{}), open(t, p.B, wire.Options{}), p.A.Capture(t)
	if err := b.Send(sample(1)); err != nil {
		t.Fatal(err)
	}
	capture.Expect(limit, sample(1))
	if n := wire.Queued(a); n != syscall.EAGAIN {
		t.Errorf("read: %v", n)
	}
}

package frametest_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

func TestExpect(t *testing.T) {
	p := frametest.NewPair(t)
	c, conn := p.B.Capture(t), opened(t, p.A)
	one, two := built(t, "one"), built(t, "two")
	send(t, conn, one, two, one)
	start := time.Now()
	if got := c.Expect(limit, two); got.Unfinished || got.Len != len(two) || start.Sub(got.Time).Abs() > time.Minute {
		t.Errorf("%+v", got)
	}
	c.Expect(limit, one)
	c.Expect(limit, one)

	// Each frame is given out once.
	if got, err := c.Wait(0, carrying("one")); err == nil {
		t.Errorf("a third one: %v", got)
	}
	if n := len(c.Packets()); n < 3 {
		t.Errorf("%d packets", n)
	}
	if n := c.Drops(); n != 0 {
		t.Errorf("%d dropped", n)
	}
}

func TestExpectFails(t *testing.T) {
	p := frametest.NewPair(t)
	conn := opened(t, p.A)
	near, far := built(t, "the same but one letter"), built(t, "something else altogether, and longer")
	want := built(t, "the same but 1ne letter")
	r := record(t, func(tb testing.TB) {
		c := p.B.Capture(tb)
		send(t, conn, far, near, far)
		for len(c.Packets()) < 3 {
			time.Sleep(time.Millisecond)
		}
		c.Expect(0, want)
	})
	for _, part := range []string{
		"no frame that matches arrived within 0s",
		"\n  85 bytes 02:00:00:00:00:0a > 02:00:00:00:00:0b [fe80::a]:6665 > [fe80::b]:6666 \"the same but one letter\"\n",
		"\nthe nearest: " + frametest.Diff(want, near),
	} {
		if !strings.Contains(r.failed, part) {
			t.Errorf("no %q in\n%s", part, r.failed)
		}
	}

	r = record(t, func(tb testing.TB) { p.A.Capture(tb).Expect(0, want) })
	if r.failed != "no frame that matches arrived within 0s; 0 others did, 0 were dropped" {
		t.Error(r.failed)
	}
}

// TestWaitLists has more frames than the message can list.
func TestWaitLists(t *testing.T) {
	p := frametest.NewPair(t)
	c, conn := p.B.Capture(t), opened(t, p.A)
	for n := range 25 {
		send(t, conn, built(t, fmt.Sprintf("number %d", n)))
	}
	if _, err := c.Wait(limit, carrying("number 24")); err != nil {
		t.Fatal(err)
	}
	_, err := c.Wait(0, carrying("number 24"))
	if err == nil || strings.Count(err.Error(), "\n") != 10 || !strings.Contains(err.Error(), "number 23") {
		t.Error(err)
	}
}

// TestWaiters has several goroutines wait before anything is sent.
func TestWaiters(t *testing.T) {
	p := frametest.NewPair(t)
	c, conn := p.B.Capture(t), opened(t, p.A)
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			if _, err := c.Wait(limit, carrying(fmt.Sprint(n%10))); err != nil {
				t.Errorf("%d: %v", n, err)
			}
		})
	}
	for n := range 20 {
		send(t, conn, built(t, fmt.Sprint(n%10)))
	}
	wg.Wait()
}

func TestTags(t *testing.T) {
	tags := map[string][]frame.VLAN{
		"802.1Q":           {{ID: 7}},
		"802.1Q, all":      {{TPID: frame.TPIDCustomer, Priority: 7, DropEligible: true, ID: 4094}},
		"priority only":    {{Priority: 3}},
		"802.1ad":          {{TPID: frame.TPIDService, ID: 100}},
		"802.1ad, 802.1Q":  {{TPID: frame.TPIDService, ID: 100}, {ID: 7}},
		"802.1Q twice":     {{ID: 1}, {ID: 2}},
		"of an old switch": {{TPID: frame.TPIDStacked, ID: 1}, {ID: 2}},
	}
	p := frametest.NewPair(t)
	c, conn := p.B.Capture(t), opened(t, p.A)
	for name, vlans := range tags {
		f := built(t, name, vlans...)
		send(t, conn, f)
		got := c.Expect(limit, f)
		parsed, err := got.Frame()
		if err != nil || parsed.NumVLAN() != len(vlans) || got.Len != len(f) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if want := fmt.Sprintf(" vlan %d", vlans[0].ID); !strings.Contains(got.String(), want) {
			t.Errorf("%s: no%s in %s", name, want, got)
		}
	}
}

// TestUnfinished receives from the kernel's UDP, which leaves the checksum to the device.
func TestUnfinished(t *testing.T) {
	addrs := func(host string) frametest.Device {
		return frametest.Device{Addrs: []string{"2001:db8::" + host + "/64", "192.0.2." + host + "/24"}}
	}
	p := frametest.NewPair(t, frametest.A(addrs("1")), frametest.B(addrs("2")))
	c := p.B.Capture(t)
	for _, target := range []string{"[2001:db8::2]:6666", "192.0.2.2:6666"} {
		err := p.A.Do(func() error {
			u, err := net.Dial("udp", target)
			if err != nil {
				return err
			}
			defer u.Close()
			_, err = u.Write([]byte("to " + target))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Wait(limit, carrying("to "+target))
		if err != nil {
			t.Fatal(err)
		}
		if !got.Unfinished {
			t.Errorf("the checksum of %v is finished", got)
		}
		if _, err := frame.Parse(got.Data); err == nil {
			t.Errorf("the checksum of %v is right", got)
		}
	}
}

// TestBacklog sends thousands of frames that nobody takes meanwhile.
func TestBacklog(t *testing.T) {
	p := frametest.NewPair(t)
	c, conn := p.B.Capture(t), opened(t, p.A)
	const n = 3000
	fs := make([][]byte, n)
	for i := range fs {
		fs[i] = built(t, fmt.Sprintf("%d %s", i, bytes.Repeat([]byte{'x'}, 1000)))
	}
	send(t, conn, fs...)
	c.Expect(limit, fs[n-1])
	got := c.Packets()
	next := 0
	for _, p := range got {
		if next < n && bytes.Equal(p.Data, fs[next]) {
			next++
		}
	}
	if next != n || c.Drops() != 0 {
		t.Errorf("%d of %d in order, %d dropped", next, n, c.Drops())
	}
}

// TestLong captures frames longer than is usual, and one longer than the capture was made for.
func TestLong(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{MTU: 65000}), frametest.B(frametest.Device{MTU: 9000}))
	c, conn := p.B.Capture(t), opened(t, p.A)
	f := built(t, strings.Repeat("x", 8900))
	send(t, conn, f)
	c.Expect(limit, f)

	p.B.SetMTU(65000)
	f = built(t, strings.Repeat("y", 60000))
	send(t, conn, f)
	got, err := c.Wait(limit, func(p frametest.Packet) bool { return p.Len > 60000 })
	if err != nil || got.Len != len(f) || len(got.Data) < 9000 || !bytes.HasPrefix(f, got.Data) {
		t.Errorf("%d of %d bytes, %v", len(got.Data), got.Len, err)
	}
	p.B.Capture(t) // with slots of 128 KiB
}

// TestIncoming shows that a capture has what arrives, not what leaves.
func TestIncoming(t *testing.T) {
	p := frametest.NewPair(t)
	a, b, conn := p.A.Capture(t), p.B.Capture(t), opened(t, p.A)
	f := built(t, "one way")
	send(t, conn, f)
	b.Expect(limit, f)
	for _, got := range a.Packets() {
		if bytes.Equal(got.Data, f) {
			t.Error("the sender's capture has it")
		}
	}
	if _, err := b.Next(0); err == nil {
		t.Error("more than one frame")
	}
}

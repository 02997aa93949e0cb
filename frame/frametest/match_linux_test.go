package frametest_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/frame/match"
)

func TestExpectMatch(t *testing.T) {
	p := frametest.NewPair(t)
	c, conn := p.B.Capture(t), opened(t, p.A)
	send(t, conn, built(t, "one"), built(t, "two"))
	if got := c.ExpectMatch(limit, match.Must("dport=6666", "payload=two", "bad=none")); !strings.HasSuffix(string(got.Data), "two") {
		t.Error(got)
	}
	c.ExpectMatch(limit, match.Must("payload-contains=n"))
	c.ExpectNone(0, match.Must("dport=6666")) // each is given out once

	r := record(t, func(tb testing.TB) {
		c := p.B.Capture(tb)
		send(t, conn, built(t, "hallo"))
		for len(c.Packets()) < 1 {
			time.Sleep(time.Millisecond)
		}
		c.ExpectMatch(0, match.Must("dport=6667", "payload=hello"))
	})
	for _, part := range []string{"no frame that matches arrived", "✗ dport    6667    6666\n", "✗ payload  hello   \"hallo\"\n", "68 65 6c 6c 6f"} {
		if !strings.Contains(r.failed, part) {
			t.Errorf("no %q in\n%s", part, r.failed)
		}
	}
	r = record(t, func(tb testing.TB) {
		c := p.B.Capture(tb)
		send(t, conn, built(t, "hallo"))
		c.ExpectNone(limit, match.Must("dport=6666"))
	})
	if !strings.HasPrefix(r.failed, "a frame that matches dport=6666: 02:00:00:00:00:0a > ") {
		t.Error(r.failed)
	}
}

// Announce is what the example tests: another project's function that greets all nodes of a link.
func Announce(device string) error {
	c, err := net.DialUDP("udp6", nil, net.UDPAddrFromAddrPort(netip.MustParseAddrPort("[ff02::1%"+device+"]:5000")))
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Write([]byte("hello, all"))
	return err
}

// A test that says which fields of a frame count. The kernel chooses the source port, and leaves the checksum to the
// device: that is right on a virtual one.
func ExampleCapture_ExpectMatch() {
	// func TestAnnounce(t *testing.T)
	testAnnounce := func(t testing.TB) {
		p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"fe80::a/64"}}))
		c := p.B.Capture(t)
		if err := p.A.Do(func() error { return Announce("eth0") }); err != nil {
			t.Fatal(err)
		}
		c.ExpectMatch(time.Second, match.Must(
			"dst-mac=33:33:00:00:00:01", "src-ip=fe80::a", "dport=5000",
			"payload-contains=hello", "udp-checksum=right"))
		c.ExpectNone(0, match.Must("protocol=tcp"))
	}
	run(testAnnounce) // as go test does
}

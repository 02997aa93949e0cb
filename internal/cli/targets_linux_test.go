package cli_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
)

// TestTargetFails has two targets of which one cannot be set up. The other
// gets everything, more than a queue holds; the failure is told at once and at
// the end.
func TestTargetFails(t *testing.T) {
	const n = 5000
	for _, config := range []string{
		toB + ";+@fe80::a/eth7,@fe80::c/",
		"+@fe80::a/eth7,@fe80::c/;" + toB,
	} {
		p := frametest.NewPair(t)
		got := p.B.Capture(t)
		c := netkmsg(t, p.A, "--from", "-", config)
		w := c.feed()
		c.start()
		c.says(`"level":"ERROR","msg":"network logging ended"`)
		var arrived []string
		for i := 0; i < n; i += 1000 {
			write(t, w, records(i, i+1000))
			if i > 0 {
				arrived = append(arrived, arrive(t, got, 1000)...)
			}
		}
		w.Close()
		arrived = append(arrived, arrive(t, got, n-len(arrived))...)
		c.ends(1)
		good, bad := "cmdline0", "cmdline1"
		if strings.HasSuffix(config, toB) {
			good, bad = bad, good
		}
		conserved(t, n, arrived, c.account(good))
		if a := c.account(bad); a.Read != 0 {
			t.Errorf("%+v of the target that failed", a)
		}
		if want := "\nnetkmsg: " + bad + ": look up eth7: no such device (have: lo, eth0)\n"; !strings.HasSuffix(c.diag.String(), want) {
			t.Errorf("%s\nwant %s", c.diag, want)
		}
	}
}

// TestTargetsTwoDevices has two targets on two devices, one of which flaps.
func TestTargetsTwoDevices(t *testing.T) {
	p := frametest.NewPair(t)
	cable(t, namespace(t, p.A), namespace(t, p.B))
	if err := errors.Join(
		p.A.Do(func() error { return up() }),
		p.B.Do(func() error { return up("2001:db8::b/64") }),
		p.A.Do(func() error { return joined(context.Background()) }),
	); err != nil {
		t.Fatal(err)
	}
	u := listen(t, p.B, "udp6", "[2001:db8::b]:7777")
	received := make(chan string, 1000)
	go receive(u, received)
	f := startFedTo(t, p, toB+";+@2001:db8::a/eth1,7777@2001:db8::b/")
	f.saysTimes(started, 2)
	for round := range 20 {
		f.more(20)
		// Each round the steady target gets everything, whatever the other one does.
		f.arrives(20)
		err := p.A.Do(func() error {
			l, err := netdev.Lookup("eth1")
			if err == nil && round%2 == 0 {
				return netdev.SetDown(l.Index)
			}
			if err == nil {
				err = netdev.SetUp(l.Index)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	f.pipe.Close()
	f.ends(either)
	conserved(t, f.fed, f.arrived, f.account("cmdline0"))
	a := f.account("cmdline1")
	flapping := 0
	for i := range a.Frames {
		select {
		case payload := <-received:
			if _, lost := parse(t, payload); lost == 0 {
				flapping++
			}
		case <-time.After(limit):
			t.Fatalf("%d datagrams of %d arrived at the flapping target", i, a.Frames)
		}
	}
	if flapping != a.Sent || a.Read != f.fed || a.Sent+a.Dropped != a.Read {
		t.Errorf("%d records arrived at the flapping target, %+v", flapping, a)
	}
}

// listen opens the kernel's own UDP socket.
func listen(t testing.TB, e *frametest.End, network, addr string) net.PacketConn {
	t.Helper()
	var u net.PacketConn
	err := e.Do(func() (err error) { u, err = net.ListenPacket(network, addr); return err })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { u.Close() })
	return u
}

// receive passes datagrams on until the socket is closed.
func receive(u net.PacketConn, to chan<- string) {
	buf := make([]byte, 4096)
	for {
		n, _, err := u.ReadFrom(buf)
		if err != nil {
			return
		}
		to <- string(buf[:n])
	}
}

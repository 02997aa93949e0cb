package cli_test

import (
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// tc replaces the queueing discipline of A's device.
func tc(t *testing.T, e *frametest.End, qdisc string) {
	t.Helper()
	args := append([]string{"qdisc", "replace", "dev", "eth0", "root"}, strings.Fields(qdisc)...)
	out, err := e.Command(frametest.RequireTool(t, "tc"), args...).CombinedOutput()
	frametest.Require(t, err == nil, "the queueing discipline "+qdisc+": "+string(out))
}

// TestCongested has a device that takes 64 kbit/s and a backlog of 3000 bytes,
// and answers ENOBUFS to the rest.
func TestCongested(t *testing.T) {
	p := frametest.NewPair(t)
	tc(t, p.A, "tbf rate 64kbit burst 1600 limit 3000")
	f := startFed(t, p, "--qdisc")
	f.more(200)
	if a := f.close(1); a.Dropped == 0 || a.Sent < 10 {
		t.Errorf("%+v, want some sent and some dropped", a)
	}
}

// TestRefused has a device that takes nothing at all.
func TestRefused(t *testing.T) {
	p := frametest.NewPair(t)
	tc(t, p.A, "pfifo limit 0")
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--qdisc", "--from", file(t, records(0, 20)), toB).run(1)
	conserved(t, 20, nil, cmd.account("cmdline0"))
	noMore(t, c)
	if !strings.Contains(cmd.diag.String(), "no buffer space available") {
		t.Errorf("%s", cmd.diag)
	}
}

var long = "6,2,2000,-;" + strings.Repeat("x", 300) + "\n"

// TestTooLong has an MTU that only some records fit, which netpoll would not
// look at but a packet socket does.
func TestTooLong(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{MTU: 200}))
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--from", file(t, records(0, 2)+long+records(3, 5)), toB).run(1)
	a := cmd.account("cmdline0")
	conserved(t, 5, arrive(t, c, a.Frames), a)
	if a.Sent != 4 || a.Dropped != 1 {
		t.Errorf("%+v, want 4 sent, 1 dropped", a)
	}
	if want := "message too long (an mtu of 200 allows 214 bytes; raise it: ip link set dev eth0 mtu "; !strings.Contains(cmd.diag.String(), want) {
		t.Errorf("no %q in\n%s", want, cmd.diag)
	}
}

// TestToldBasic tells the next record's reader in the kernel's own words.
func TestToldBasic(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{MTU: 200}))
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--from", "-", strings.TrimPrefix(toB, "+"))
	w := cmd.feed()
	cmd.start()
	write(t, w, record(0)+long)
	cmd.says("message too long")
	write(t, w, record(3))
	w.Close()
	cmd.ends(1)
	got := strings.Join(arrive(t, c, 2), "|")
	if want := "[    0.000000] record 0\n|** 1 printk messages dropped **\n[    0.003000] record 3\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

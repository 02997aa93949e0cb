package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

// fromFile gives the command an open file as its standard input.
func (c *command) fromFile(path string) *command {
	c.t.Helper()
	f, err := os.Open(path)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { f.Close() })
	c.Stdin = f
	return c
}

// with makes the command run as nobody, with exactly these capabilities.
func (c *command) with(caps ...uintptr) *command {
	c.Capabilities(caps...)
	return c
}

// TestOrdinaryCapture is what anybody may do.
func TestOrdinaryCapture(t *testing.T) {
	p := frametest.NewPair(t)
	dump := filepath.Join(openDir(t), "out.pcap")
	cmd := netkmsg(t, p.A, "--from", file(t, records(0, 10)), "--no-wire", "--pcap", dump, "+@/eth0,@fe80::b/").with().run(0)
	if a := cmd.account("cmdline0"); a.Sent != 10 || len(frames(t, dump)) != 10 {
		t.Errorf("%+v, %d frames", a, len(frames(t, dump)))
	}
}

// TestOrdinarySend is what needs a capability, and says which.
func TestOrdinarySend(t *testing.T) {
	p := frametest.NewPair(t)
	cmd := netkmsg(t, p.A, "--from", "-", toB).with().fromFile(file(t, records(0, 10))).run(1)
	cmd.lastly("netkmsg: cmdline0: open packet socket on eth0: operation not permitted (needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep)\n")
}

// lastly checks how the messages end.
func (c *command) lastly(want string) {
	c.t.Helper()
	if got := c.diag.String(); !strings.HasSuffix(got, want) {
		c.t.Errorf("messages\n%swant at the end\n%s", got, want)
	}
}

// TestOrdinaryLog reads the kernel's log, where that is restricted.
func TestOrdinaryLog(t *testing.T) {
	restricted, _ := os.ReadFile("/proc/sys/kernel/dmesg_restrict")
	_, err := os.Stat("/dev/kmsg")
	frametest.Require(t, err == nil && strings.HasPrefix(string(restricted), "1"), "a /dev/kmsg, and the sysctl kernel.dmesg_restrict=1")
	p := frametest.NewPair(t)
	cmd := netkmsg(t, p.A, "--no-follow", toB).with(unix.CAP_NET_RAW).run(1)
	if got := cmd.diag.String(); !strings.Contains(got, "netkmsg: open /dev/kmsg: operation not permitted (needs CAP_SYSLOG where the sysctl kernel.dmesg_restrict is 1; ") {
		t.Errorf("%s", got)
	}
}

// TestRawSend has the one capability that sending needs.
func TestRawSend(t *testing.T) {
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--from", "-", "+@/eth0,@fe80::b/").with(unix.CAP_NET_RAW).fromFile(file(t, records(0, 10))).run(0)
	conserved(t, 10, arrive(t, c, 10), cmd.account("cmdline0"))
}

// TestRawDown has a device that is down, which takes another capability.
func TestRawDown(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Down: true}))
	cmd := netkmsg(t, p.A, "--from", "-", toB).with(unix.CAP_NET_RAW).fromFile(file(t, records(0, 10))).run(1)
	cmd.lastly("netkmsg: cmdline0: bring up eth0: operation not permitted (needs CAP_NET_ADMIN: run as root)\n")
}

// TestRawWait has somebody else bring the device up.
func TestRawWait(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Down: true}))
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--from", "-", "--wait", "+@/eth0,@fe80::b/").with(unix.CAP_NET_RAW).fromFile(file(t, records(0, 10)))
	cmd.start()
	cmd.says("waiting for others to bring the device up")
	p.A.SetUp()
	cmd.ends(0)
	conserved(t, 10, arrive(t, c, 10), cmd.account("cmdline0"))
}

// TestRawRecover gets over the loss of the device with no more than that.
func TestRawRecover(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Down: true}))
	p.A.SetUp()
	cmd := netkmsg(t, p.A, "--from", "-", toB).with(unix.CAP_NET_RAW)
	w := cmd.feed()
	cmd.start()
	cmd.says(started)
	p.A.Delete()
	write(t, w, records(0, 10))
	cmd.says(stopped)
	p.Connect()
	c := p.B.Capture(t)
	p.A.SetUp()
	w.Close()
	cmd.ends(0)
	conserved(t, 10, arrive(t, c, 10), cmd.account("cmdline0"))
}

// TestRawLog sends this machine's log with exactly what it takes.
func TestRawLog(t *testing.T) {
	want := kernelLog(t)
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--no-follow", "+@/eth0,@fe80::b/").with(unix.CAP_NET_RAW, unix.CAP_SYSLOG).run(0)
	a := cmd.account("cmdline0")
	if got := arrive(t, c, a.Frames); len(got) < len(want) || a.Read != a.Sent {
		t.Errorf("%d datagrams, %+v, want %d at least", len(got), a, len(want))
	}
}

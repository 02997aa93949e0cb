package cli_test

import (
	"errors"
	"io"
	"slices"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/kmsg"
)

// kernelLog reads the payloads that this machine's log makes in the extended
// format, up to its present end.
func kernelLog(t *testing.T) (payloads []string) {
	t.Helper()
	d, err := kmsg.OpenDevice("/dev/kmsg", kmsg.All)
	frametest.Require(t, err == nil, "a readable /dev/kmsg")
	defer d.Close()
	d.Drain()
	format, err := kmsg.NewFormatter(kmsg.Format{Extended: true})
	if err != nil {
		t.Fatal(err)
	}
	for {
		r, err := d.Next()
		if errors.Is(err, io.EOF) {
			return payloads
		}
		if err != nil {
			t.Fatal(err)
		}
		format.Begin(r)
		for b, ok := format.Next(nil); ok; b, ok = format.Next(nil) {
			payloads = append(payloads, string(b))
		}
	}
}

// TestKernelLog sends the real log of this machine.
func TestKernelLog(t *testing.T) {
	want := kernelLog(t)
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--no-follow", "+@/eth0,@fe80::b/").run(0)
	a := cmd.account("cmdline0")
	got := arrive(t, c, a.Frames)
	noMore(t, c)
	if a.Read != a.Sent || len(want) == 0 {
		t.Errorf("%+v", a)
	}
	// The log may have moved on meanwhile.
	at := slices.Index(want, got[0])
	if at < 0 {
		t.Fatalf("the first datagram is none of the log: %q", got[0])
	}
	want = want[at:]
	for i := range want {
		if i == len(got) || got[i] != want[i] {
			t.Fatalf("datagram %d of %d: %q, want %q", i, len(got), got[i:min(i+1, len(got))], want[i])
		}
	}
}

// TestKernelLogFollow follows the log until it is stopped, each target with a
// cursor of its own.
func TestKernelLogFollow(t *testing.T) {
	n := len(kernelLog(t))
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "+@/eth0,@fe80::b/;+@/eth0,@fe80::c/").start()
	arrive(t, c, 2*n)
	cmd.stop(syscall.SIGTERM)
	cmd.ends(0)
	for _, target := range []string{"cmdline0", "cmdline1"} {
		if a := cmd.account(target); a.Read != a.Sent || a.Frames < n {
			t.Errorf("%s: %+v, want %d frames or more", target, a, n)
		}
	}
}

// TestKernelLogNew leaves out what there is already.
func TestKernelLogNew(t *testing.T) {
	n := len(kernelLog(t))
	p := frametest.NewPair(t)
	cmd := netkmsg(t, p.A, "--backlog", "new", "--no-follow", "+@/eth0,@fe80::b/").run(0)
	if a := cmd.account("cmdline0"); a.Read != a.Sent || a.Read >= n {
		t.Errorf("%+v of a log of %d datagrams", a, n)
	}
}

// TestKernelLogLevel follows the kernel's own console level.
func TestKernelLogLevel(t *testing.T) {
	kernelLog(t)
	p := frametest.NewPair(t)
	all := netkmsg(t, p.A, "--no-follow", "@/eth0,@fe80::b/").run(0).account("cmdline0")
	for _, level := range []string{"4", "console"} {
		a := netkmsg(t, p.A, "--no-follow", "--loglevel", level, "@/eth0,@fe80::b/").run(0).account("cmdline0")
		if a.Read < all.Read || a.Sent+a.Filtered != a.Read || a.Sent == a.Read && level == "4" {
			t.Errorf("--loglevel %s: %+v of %+v", level, a, all)
		}
	}
}

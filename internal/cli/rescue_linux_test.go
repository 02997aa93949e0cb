package cli_test

import (
	"path/filepath"
	"testing"

	"netkmsg/frame/frametest"
)

// TestRescue sends a real kernel's log with the rescue binary. The frames must
// be the ones that the everyday command makes.
func TestRescue(t *testing.T) {
	dump := filepath.Join(t.TempDir(), "want.pcap")
	flags := []string{"--source-mac", "02:00:00:00:00:01", "--release", "6.1.0", "--userdata", "site=north", "--sysdata", "msgid",
		"--from", kernels, "+r@192.0.2.1/eth0,@192.0.2.9/"}
	if status, _, diag := run("", append([]string{"send", "--no-wire", "--pcap", dump}, flags...)...); status != 0 {
		t.Fatal(diag)
	}
	want := frames(t, dump)

	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	cmd := prepare(t, p.A, "netkmsg-rescue", append([]string{"--log-format", "json"}, flags...)...).run(0)
	if a := cmd.account("cmdline0"); a.Frames != len(want) || a.Read != a.Sent {
		t.Errorf("%+v, want %d frames", a, len(want))
	}
	for i, f := range want {
		got, err := c.Wait(limit, isLog)
		if err != nil {
			t.Fatal(err)
		}
		if d := frametest.Diff(f, got.Data); d != "" {
			t.Fatalf("frame %d:\n%s", i, d)
		}
	}
	noMore(t, c)
}

// TestRescueNoCapture has no captures, and says so.
func TestRescueNoCapture(t *testing.T) {
	p := frametest.NewPair(t)
	prepare(t, p.A, "netkmsg-rescue", "--pcap", "x", toB).run(2).lastly("netkmsg: unknown flag: --pcap (netkmsg-rescue -h helps)\n")
}

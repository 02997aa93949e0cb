package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/kmsg"
)

// TestCursor sends this machine's log to two targets, in runs that go on where
// the last one ended.
func TestCursor(t *testing.T) {
	whole := len(kernelLog(t))
	p := frametest.NewPair(t)
	path := filepath.Join(t.TempDir(), "cursor")
	run := func(configs ...string) (as []accounted, c *command) {
		t.Helper()
		c = netkmsg(t, p.A, "--no-follow", "--cursor", path, strings.Join(configs, ";")).run(0)
		as = append(as, c.account("cmdline0"))
		if len(configs) > 1 {
			as = append(as, c.account("cmdline1"))
		}
		return as, c
	}
	const second = "@/,@fe80::c/"
	if as, _ := run(toB); as[0].Sent == 0 || as[0].Lost != 0 {
		t.Fatalf("%+v", as)
	}
	as, c := run(toB, second)
	if as[0].Read > whole/2 || as[1].Read == 0 || as[1].Read < as[0].Read {
		t.Errorf("%+v of %d", as, whole)
	}
	c.says(`"msg":"going on where the last run ended","target":"cmdline0"`)
	if as, _ := run(second, toB); as[0].Read > whole/2 || as[1].Read > whole/2 {
		t.Errorf("%+v of %d", as, whole)
	}
	// Another boot's numbers count for nothing.
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b[5]++; b[5] > '9' {
		b[5] = '0'
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if as, _ := run(toB); as[0].Read < whole/2 {
		t.Errorf("%+v of %d", as, whole)
	}
}

// TestCursorYield has a run take over from one that follows the log: each record
// arrives, and none of them twice.
func TestCursorYield(t *testing.T) {
	n := len(kernelLog(t))
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	path := filepath.Join(t.TempDir(), "cursor")
	first := netkmsg(t, p.A, "--cursor", path, "--yield", "+@/eth0,@fe80::b/").start()
	got := arrive(t, c, n)
	second := netkmsg(t, p.A, "--cursor", path, "--no-follow", "+@/eth0,@fe80::b/").run(0)
	first.says(`"msg":"another run takes over"`)
	first.ends(0)
	a, b := first.account("cmdline0"), second.account("cmdline0")
	got = append(got, arrive(t, c, a.Frames+b.Frames-n)...)
	noMore(t, c)
	seen := map[string]bool{}
	for _, datagram := range got {
		if seen[datagram] {
			t.Errorf("twice: %q", datagram)
		}
		seen[datagram] = true
	}
	if a.Lost+b.Lost+a.Dropped+b.Dropped > 0 || b.Read > n/2 {
		t.Errorf("%+v, %+v of %d", a, b, n)
	}
	if _, err := os.Stat(path + ".yield"); !os.IsNotExist(err) {
		t.Errorf("the pipe was left: %v", err)
	}
}

func TestCursorUsage(t *testing.T) {
	d, err := kmsg.OpenDevice("/dev/kmsg", kmsg.New)
	frametest.Require(t, err == nil, "a readable /dev/kmsg")
	d.Close()
	p := frametest.NewPair(t)
	path := filepath.Join(t.TempDir(), "cursor")
	for _, tt := range []struct{ flags, want string }{
		{"--from " + file(t, records(0, 1)) + " " + toB, "--cursor is for /dev/kmsg: the numbers in "},
		{"--from - " + toB, "--cursor is for /dev/kmsg: the numbers in - "},
		{"--no-wire --explain " + toB, "--cursor and --no-wire exclude each other"},
		{"--last-crash=only " + toB, "--cursor and --last-crash=only exclude each other"},
		{toB + ";" + toB, "is there twice"},
	} {
		c := netkmsg(t, p.A, append([]string{"--cursor", path}, strings.Fields(tt.flags)...)...).run(2)
		if !strings.Contains(c.diag.String(), tt.want) {
			t.Errorf("%s: %s", tt.flags, c.diag)
		}
	}
	os.WriteFile(path, []byte("precious\n"), 0o600)
	c := netkmsg(t, p.A, "--cursor", path, "--no-follow", toB).run(1)
	c.lastly("netkmsg: --cursor: open " + path + ": line 1 is none of a cursor (name another file, or remove this one)\n")
}

package send

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := string(b)
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s, line %d:\ngot  %s\nwant %s", name, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", name, len(g), len(w))
}

const plain = "6,416,6352869,-,caller=T1;eth0: link up\n SUBSYSTEM=net\n"

func TestExplain(t *testing.T) {
	tests := []struct{ name, config string }{
		{"explain-v6.golden", "+@fe80::1/eth0,@fe80::2/02:00:00:00:00:02"},
		{"explain-v4.golden", "514@192.0.2.1/eth0,514@192.0.2.9/"},
	}
	for _, tt := range tests {
		status, out, diag := command(context.Background(), nil, "--explain", "--no-wire", "--ipv4-id", "7", "--printk-time=true",
			"--source-mac", "02:00:00:00:00:01", "--from", file(t, plain+plain), tt.config)
		if status != 0 || strings.Contains(diag, "account") {
			t.Errorf("exit status %d\n%s", status, diag)
		}
		golden(t, tt.name, out)
	}
}

// TestExplainContinue shows the first frame of several and goes on, with
// several targets.
func TestExplainContinue(t *testing.T) {
	status, out, diag := command(context.Background(), nil, "--explain=continue", "--no-wire", "--log-format", "json",
		"--source-mac", "02:00:00:00:00:01", "--from", input(t, 200), "@fe80::1/a,@fe80::2/;@fe80::1/b,@fe80::3/")
	if n := strings.Count(out, "frame of "); n != 1 || status != 0 {
		t.Errorf("exit status %d, %d frames shown, want 0, 1", status, n)
	}
	for _, target := range []string{"cmdline0", "cmdline1"} {
		if a := account(t, diag, target); a.Sent != 200 {
			t.Errorf("%s: %+v, want 200 sent", target, a)
		}
	}
}

// TestExplainNothing must not end in silence when there is no frame to show.
func TestExplainNothing(t *testing.T) {
	tests := []struct{ name, log, mac, level, want string }{
		{"empty", "", "02:00:00:00:00:01", "all", "netkmsg: --explain: there was no record to send, and so no frame to show\n"},
		{"filtered", plain, "02:00:00:00:00:01", "4", "netkmsg: --explain: there was no record to send, and so no frame to show\n"},
		{"malformed", "6,1;x\n", "02:00:00:00:00:01", "all", "netkmsg: cmdline0: not every record was sent\n"},
		{"no device", plain, "", "all", "netkmsg: cmdline0: no source MAC address: look up no-such-device: "},
	}
	for _, tt := range tests {
		status, out, diag := command(context.Background(), nil, "--explain", "--no-wire", "--source-mac", tt.mac, "--input", "kmsg",
			"--loglevel", tt.level, "--from", file(t, tt.log), "@fe80::1/no-such-device,@fe80::2/")
		if status != 1 || out != "" || !strings.Contains(diag, "\n"+tt.want) {
			t.Errorf("%s: exit status %d, %q\n%swant 1\n%s", tt.name, status, out, diag, tt.want)
		}
	}
}

// TestExplainFullDisk cannot show the frame.
func TestExplainFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	frametest.Require(t, err == nil, "/dev/full")
	defer full.Close()
	var diag bytes.Buffer
	status := Main(context.Background(), []string{"netkmsg-rescue", "--explain", "--no-wire", "--source-mac", "02:00:00:00:00:01",
		"--from", input(t, 1), "@fe80::1/eth0,@fe80::2/"}, Streams{Out: full, Err: &diag})
	if status != 1 || !strings.Contains(diag.String(), "netkmsg: --explain: write /dev/full: no space left on device\n") {
		t.Errorf("exit status %d\n%s", status, &diag)
	}
}

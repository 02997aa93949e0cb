package send

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCmdlineArgs(t *testing.T) {
	for _, c := range []struct {
		cmdline string
		want    []string
	}{
		{"root=/dev/sda1 quiet", nil},
		{"netkmsg=", nil},
		{"netkmsg.flags=--backlog=new", nil},
		{"netconsole=@/,@fe80::2/", []string{"--wait", "@/,@fe80::2/"}},
		{"netkmsg=+@/,@fe80::2/ netconsole=@/,@fe80::3/", []string{"--wait", "+@/,@fe80::2/"}},
		{`netkmsg="@/,@fe80::2/;@/eth1,@fe80::3/"`, []string{"--wait", "@/,@fe80::2/;@/eth1,@fe80::3/"}},
		{"netkmsg=@/,@fe80::2/ netkmsg.flags=--loglevel=5,--stats=10s\n",
			[]string{"--wait", "--loglevel=5", "--stats=10s", "@/,@fe80::2/"}},
		{"-- netkmsg=@/,@fe80::2/", nil},
	} {
		got, ok := CmdlineArgs(c.cmdline)
		if d := cmp.Diff(c.want, got); d != "" || ok != (c.want != nil) {
			t.Errorf("%q: %v %s", c.cmdline, ok, d)
		}
	}
}

// TestBackground has what keeps a sender from being started: a fault, with the
// status of one, or that nobody asks for one.
func TestBackground(t *testing.T) {
	for _, tt := range []struct {
		cmdline, flags string
		status         int
		diag           string
	}{
		{"root=/dev/sda1 quiet\n", "", 0, "nothing to send: neither netkmsg= nor netconsole= on the kernel's command line\n"},
		{"netkmsg=\n", "", 0, "nothing to send: "},
		{"netkmsg=@/eth0,fe80::2/\n", "", 2, "netconsole line, character "},
		{"netkmsg=@/eth0,@fe80::2/ netkmsg.flags=--loglevel=high\n", "", 2, `--loglevel "high": `},
		{"netkmsg=@/eth0,@fe80::2/ netkmsg.flags=--such\n", "", 2, "unknown flag: --such (in netkmsg.flags=? netkmsg-rescue --help has them all)\n"},
		{"netkmsg=@/eth0,@fe80::2/\n", "--yield", 2, "--yield is for a run with --cursor: "},
		{"netkmsg=@/eth0,@fe80::2/ netkmsg.flags=--log-format=xml\n", "", 2, `--log-format "xml": `},
	} {
		var diag strings.Builder
		st := Streams{Err: &diag}
		status := Report(st, background("netkmsg-rescue", file(t, tt.cmdline), strings.Fields(tt.flags), st))
		if status != tt.status || !strings.HasPrefix(diag.String(), "netkmsg: "+tt.diag) {
			t.Errorf("%q: exit status %d, %s", tt.cmdline, status, &diag)
		}
	}
	st := Streams{Err: io.Discard}
	if status := Report(st, background("netkmsg-rescue", filepath.Join(t.TempDir(), "none"), nil, st)); status != 1 {
		t.Errorf("without /proc/cmdline: exit status %d", status)
	}
	status, _, diag := command(context.Background(), nil, "--cmdline", "@/eth0,@fe80::2/")
	if status != 2 || !strings.Contains(diag, "leave CONFIG out") {
		t.Errorf("with CONFIG: exit status %d, %s", status, diag)
	}
}

package cli_test

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

// run runs the command in this process, where no device is concerned.
func run(in string, args ...string) (status int, out, diag string) {
	var o, e bytes.Buffer
	status = cli.Main(context.Background(), append([]string{"netkmsg"}, args...), send.Streams{In: strings.NewReader(in), Out: &o, Err: &e})
	return status, o.String(), e.String()
}

// TestBadConfig gives the command every malformed line that the grammar's own
// golden file has. The line must be shown with its mark, and nothing be done.
func TestBadConfig(t *testing.T) {
	b, err := os.ReadFile("../netconsole/testdata/errors.golden")
	if err != nil {
		t.Fatal(err)
	}
	entries := strings.Split("\n"+string(b), "\n\n== ")[1:]
	if len(entries) < 40 {
		t.Fatalf("%d malformed lines, want 40 at least", len(entries))
	}
	for _, e := range entries {
		quoted, message, _ := strings.Cut(e, "\n")
		line, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		t.Run(quoted, func(t *testing.T) {
			status, out, diag := run("", "send", "--no-wire", "--pcap", t.TempDir()+"/out", "--from", "-", "--", line)
			if want := "netkmsg: " + strings.TrimSuffix(message, "\n") + "\n"; diag != want || status != 2 || out != "" {
				t.Errorf("exit status %d, %q\n%swant 2, \"\"\n%s", status, out, diag, want)
			}
			if strings.Count(message, "^") == 0 || !strings.Contains(message, "expected: [+][r]") {
				t.Errorf("no mark or no grammar in\n%s", message)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	tests := []struct{ args, want string }{
		{"sned", "no command \"sned\" (netkmsg -h lists them)"},
		{"--nope", "unknown flag: --nope (netkmsg -h helps)"},
		{"send --nope", "unknown flag: --nope (netkmsg send -h helps)"},
		{"send --stats", "flag needs an argument: --stats (netkmsg send -h helps)"},
		{"send --no-wire @/eth0,@fe80::2/", "--no-wire without --pcap or --explain would do nothing"},
		{"send --pcap x --force --append @/eth0,@fe80::2/", "--force and --append exclude each other: overwrite the capture file or continue it"},
		{"send --loglevel x @/eth0,@fe80::2/", `--loglevel "x": want all, console or a number: records with a lower level are sent, so 8 sends all and 4 errors and worse`},
	}
	for _, tt := range tests {
		status, out, diag := run("", strings.Fields(tt.args)...)
		if want := "netkmsg: " + tt.want + "\n"; diag != want || status != 2 || out != "" {
			t.Errorf("%s: exit status %d, %q\n%swant 2, \"\"\n%s", tt.args, status, out, diag, want)
		}
	}
}

func TestHelp(t *testing.T) {
	_, bare, _ := run("")
	for _, tt := range []struct{ args, want string }{
		{"-h", bare},
		{"--help", bare},
		{"send -h", send.Help("netkmsg send", "")},
		{"send -h --loglevel 4", send.Help("netkmsg send", "")},
	} {
		status, out, diag := run("", strings.Fields(tt.args)...)
		if status != 0 || diag != "" || out != tt.want {
			t.Errorf("%s: exit status %d\n%s%s", tt.args, status, out, diag)
		}
	}
	if !strings.Contains(bare, "  send        Send this host's kernel log as netconsole does\n") {
		t.Errorf("the commands are not listed:\n%s", bare)
	}
	for _, args := range []string{"send --help", "help send"} {
		status, out, diag := run("", strings.Fields(args)...)
		if status != 0 || diag != "" || !strings.HasPrefix(out, "Send the kernel log") ||
			!strings.Contains(out, "--pcap FILE") || !strings.Contains(out, "--loglevel N") {
			t.Errorf("%s: exit status %d\n%s%s", args, status, out, diag)
		}
	}
}

func TestVersion(t *testing.T) {
	status, out, diag := run("", "--version")
	if f := strings.Fields(out); status != 0 || diag != "" || len(f) != 3 || f[0] != "netkmsg" || f[1] != "version" {
		t.Errorf("exit status %d, %q, %q", status, out, diag)
	}
}

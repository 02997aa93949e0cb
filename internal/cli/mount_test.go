package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMountUsage gives flags that are wrong whatever the host is.
func TestMountUsage(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("target a\n  local_port 65536\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", "")
	tests := []struct {
		args   string
		status int
		want   string
	}{
		{"mount --policy strict", 2, `--policy: policy "strict": want helpful or kernel`},
		{"mount --state x --restore y", 2, "--state and --restore exclude each other: --state restores the tree from its own file"},
		{"mount --loglevel x", 2, `--loglevel "x": want all, console or a number: records with a lower level are sent, so 8 sends all and 4 errors and worse`},
		{"mount --carrier-timeout -1s", 2, "--carrier-timeout -1s: want 0 or a time above"},
		{"mount --daemon-ready", 2, "--daemon-ready: there is no NOTIFY_SOCKET; it is for services of systemd with Type=notify"},
		{"mount --printk-time x", 2, `--printk-time "x": want true, false or auto`},
		{"mount --console-msg-format x", 2, `--console-msg-format "x": want default or syslog`},
		{"mount --log-format x", 2, `--log-format "x": want text or json`},
		{"mount --restore " + bad, 1, "--restore " + bad + `: line 2, column 14: local_port cannot be "65536": numerical result out of range`},
		{"mount --restore /nonesuch", 1, "--restore: open /nonesuch: no such file or directory"},
		{"status a b", 2, "want one DIR, not 2 arguments"},
		{"save a b", 2, "want one DIR, not 2 arguments"},
		{"status /nonesuch", 1, "/nonesuch: no netkmsg mount serves it (start one: netkmsg mount /nonesuch)"},
		{"save /dev/null", 1, "/dev/null: no netkmsg mount serves it (start one: netkmsg mount /dev/null)"},
	}
	for _, tt := range tests {
		status, out, diag := run("", strings.Fields(tt.args)...)
		if want := "netkmsg: " + tt.want + "\n"; diag != want || status != tt.status || out != "" {
			t.Errorf("%s: exit status %d, %q\n%swant %d, \"\"\n%s", tt.args, status, out, diag, tt.status, want)
		}
	}
	for _, config := range []string{"@/eth0", "netkmsg@", "+@/eth0,@fe80::2"} {
		if status, _, diag := run("", "mount", "/nonesuch/x", config); status != 2 || !strings.Contains(diag, "^") {
			t.Errorf("%s: exit status %d, %s", config, status, diag)
		}
	}
}

// TestMountHelp pins the help screens, which fit 80 columns.
func TestMountHelp(t *testing.T) {
	for _, name := range []string{"mount", "status", "save"} {
		status, out, diag := run("", name, "--help")
		if status != 0 || diag != "" {
			t.Errorf("%s: exit status %d, %s", name, status, diag)
		}
		screen(t, name+"-help.golden", out)
	}
}

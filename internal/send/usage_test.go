package send

import (
	"context"
	"os"
	"strings"
	"testing"

	"netkmsg/internal/netconsole"
)

// TestUsage has a fault in each command line, and one message for it that says
// what would be right.
func TestUsage(t *testing.T) {
	log := input(t, 1)
	tests := []struct {
		args string
		want string
	}{
		{"--loglevel high @/eth0,@fe80::2/", `--loglevel "high": want all, console or a number: records with a lower level are sent, so 8 sends all and 4 errors and worse`},
		{"--loglevel=-1 @/eth0,@fe80::2/", `--loglevel "-1": want all, console or a number: records with a lower level are sent, so 8 sends all and 4 errors and worse`},
		{"--source-mac 2:0:0:0:0:1 @/eth0,@fe80::2/", `--source-mac: parse MAC address "2:0:0:0:0:1": want six bytes in hexadecimal, as in 00:11:22:aa:bb:cc`},
		{"--source-ip eth0 @/eth0,@fe80::2/", `--source-ip "eth0": want an IPv4 or IPv6 address, without zone`},
		{"--source-ip fe80::1%eth0 @/eth0,@fe80::2/", `--source-ip "fe80::1%eth0": want an IPv4 or IPv6 address, without zone`},
		{"--source-ip 192.0.2.1 @/eth0,@fe80::2/", `--source-ip 192.0.2.1: no target takes it: each has a source address or is of the other family`},
		{"--source-ip fe80::3 @fe80::1/eth0,@fe80::2/", `--source-ip fe80::3: no target takes it: each has a source address or is of the other family`},
		{"--vlan 4095 @/eth0,@fe80::2/", `--vlan 4095: want a number from 1 to 4094`},
		{"--gateway router @/eth0,@fe80::2/auto", `--gateway "router": want an IPv4 or IPv6 address, without zone`},
		{"--gateway fe80::1 @/eth0,@fe80::2/", `--gateway fe80::1: no target of its family has the MAC address auto: write auto behind the last /`},
		{"--gateway 192.0.2.1 @/eth0,@fe80::2/auto", `--gateway 192.0.2.1: no target of its family has the MAC address auto: write auto behind the last /`},
		{"--sysdata cpu @/eth0,@fe80::2/", `--sysdata cpu: /dev/kmsg does not tell it; want release, msgid`},
		{"--sysdata release,uptime @/eth0,@fe80::2/", `--sysdata "uptime": want release, msgid`},
		{"--userdata site @/eth0,@fe80::2/", `--userdata: userdata "site": expected key=value`},
		{"--userdata =b @/eth0,@fe80::2/", `--userdata: userdata "=b": the key is empty`},
		{"--printk-time=maybe @/eth0,@fe80::2/", `--printk-time "maybe": want true, false or auto`},
		{"--console-msg-format raw @/eth0,@fe80::2/", `--console-msg-format "raw": want default or syslog`},
		{"--release 6,1 +r@/eth0,@fe80::2/", `kernel release "6,1": expected at most 64 printable characters, no blank, comma or semicolon`},
		{"--ipv4-id 65536 @/eth0,@fe80::2/", `invalid argument "65536" for "--ipv4-id" flag: strconv.ParseUint: parsing "65536": value out of range (netkmsg-rescue -h helps)`},
		{"--explain=later @/eth0,@fe80::2/", `--explain=later: want exit or continue`},
		{"--stats -1s @/eth0,@fe80::2/", `--stats -1s: want a time above 0`},
		{"--stats often @/eth0,@fe80::2/", `invalid argument "often" for "--stats" flag: time: invalid duration "often" (netkmsg-rescue -h helps)`},
		{"--mac-refresh 0s @/eth0,@fe80::2/auto", `--mac-refresh 0s: want a time above 0`},
		{"--strict @/eth0,@fe80::2/auto", `--strict: the kernel does not know the target MAC address auto: write it out (netkmsg resolve finds it)`},
		{"--no-wire @/eth0,@fe80::2/auto", `--no-wire: the target MAC address auto is asked for on the wire: write it out`},
		{"--carrier-timeout -1ms @/eth0,@fe80::2/", `--carrier-timeout -1ms: want 0 or a time above`},
		{"--log-format xml @/eth0,@fe80::2/", `--log-format "xml": want text or json`},
		{"--backlog old --from /dev/kmsg @/eth0,@fe80::2/", `--backlog "old": want all or new`},
		{"--from " + log + " --backlog new @/eth0,@fe80::2/", `--backlog new is for /dev/kmsg: a file is read from its beginning`},
		{"--from " + log + " --input csv @/eth0,@fe80::2/", `--input "csv": want auto, kmsg or text`},
		{"--max-delay -1s @/eth0,@fe80::2/", `--max-delay -1s: want a time above 0`},
		{"--max-delay 1s --from - @/eth0,@fe80::2/", `--max-delay is for /dev/kmsg: - waits for its reader`},
		{"--priority 3 @/eth0,@fe80::2/", `--priority is for --max-delay: without it no record gives way to another`},
		{"--max-delay 1s --priority 9 @/eth0,@fe80::2/", `--priority 9: want 0 to 8: records with a lower level are never suppressed, so 4 spares errors and worse`},
		{"--to fe80::2 @/eth0,@fe80::2/", `unknown flag: --to (netkmsg-rescue -h helps)`},
		{"@/eth0, @fe80::2/", "netconsole line, character 8: there is a blank in the line\n" +
			"    @/eth0, @fe80::2/\n           ^\nthe kernel takes none anywhere: take it away\nexpected: " + netconsole.Grammar},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			status, out, diag := command(context.Background(), strings.NewReader(""), strings.Fields(tt.args)...)
			if want := "netkmsg: " + tt.want + "\n"; diag != want || status != 2 || out != "" {
				t.Errorf("exit status %d, %q\n%swant 2, \"\"\n%s", status, out, diag, want)
			}
		})
	}
}

// TestFailure has faults that are not the command line's.
func TestFailure(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		from, want string
	}{
		{dir + "/none", "--from: open " + dir + "/none: no such file or directory"},
		{dir, "--from " + dir + ": is a directory, want a file in the format of /dev/kmsg or lines of text"},
	}
	for _, tt := range tests {
		status, _, diag := command(context.Background(), nil, "--no-wire", "--from", tt.from, "@/eth0,@fe80::2/")
		if want := "netkmsg: " + tt.want + "\n"; diag != want || status != 1 {
			t.Errorf("exit status %d\n%swant 1\n%s", status, diag, want)
		}
	}
}

// TestCommonWords: what netkmsg takes as commands the rescue binary takes too, where it makes sense.
func TestCommonWords(t *testing.T) {
	status, out, _ := command(context.Background(), nil, "help")
	if want := Help("netkmsg-rescue", ""); out != want || status != 0 {
		t.Errorf("help: exit status %d\n%s", status, out)
	}
	status, _, diag := command(context.Background(), nil, "send", "--no-wire", "--from", input(t, 1), "--userdata", "a=b",
		"--source-mac", "02:00:00:00:00:01", "@fe80::1/eth0,@fe80::2/")
	const says = `level=WARN msg="the basic format has no place for userdata and sysdata: write + in front of the target"`
	if status != 0 || !strings.Contains(diag, says) {
		t.Errorf("send: exit status %d, no %s in\n%s", status, says, diag)
	}
}

// TestNoConfig relies on the machine that the tests run on.
func TestNoConfig(t *testing.T) {
	b, err := os.ReadFile("/proc/cmdline")
	want := "no CONFIG, and the kernel's command line cannot be read: "
	if err == nil {
		want = "no CONFIG, and neither netkmsg= nor netconsole= on the kernel's command line ("
		if line, ok := netconsole.BootLine(string(b)); ok {
			testOwnConfig(t, line)
			return
		}
	}
	status, _, diag := command(context.Background(), nil)
	if !strings.HasPrefix(diag, "netkmsg: "+want) || status != 2 {
		t.Errorf("exit status %d\n%swant 2\n%s", status, diag, want)
	}
}

func testOwnConfig(t *testing.T, line string) {
	t.Helper()
	got, err := new(Options).targets()
	want, werr := netconsole.Parse(line)
	if err != nil || werr != nil || len(got) != len(want) || got[0] != want[0] {
		t.Errorf("targets %v, %v of %q, want %v, %v", got, err, line, want, werr)
	}
}

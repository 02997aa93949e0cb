package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/match"
	"netkmsg/frame/pcap"
	"netkmsg/internal/cli"
	"netkmsg/internal/send"
)

// invoke runs the command in this process.
func invoke(t testing.TB, stdin []byte, args ...string) (status int, out, diag string) {
	t.Helper()
	var o, d bytes.Buffer
	status = cli.Main(context.Background(), append([]string{"netkmsg"}, args...), send.Streams{In: bytes.NewReader(stdin), Out: &o, Err: &d})
	return status, o.String(), d.String()
}

// expected is a capture of frames to three ports, 1 ms apart, the last one spoiled.
func expected(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "three.pcap")
	w, err := pcap.Create(path, pcap.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, port := range []uint16{6666, 6667, 514} {
		b := craftedBy(t, port, "hello world")
		if i == 2 {
			b[len(b)-1] ^= 0x20
		}
		if err := w.Write(time.Unix(1000, int64(i)*1e6), b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func craftedBy(t testing.TB, port uint16, payload string) []byte {
	t.Helper()
	h := frame.Header{
		Source: frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 0xa}, Addr: netip.MustParseAddr("fe80::a"), Port: 6665},
		Target: frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 0xb}, Addr: netip.MustParseAddr("fe80::b"), Port: port},
		VLANs:  []frame.VLAN{{ID: 100, Priority: 3}},
	}
	tpl, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	b, err := tpl.Append(nil, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestExpectCapture(t *testing.T) {
	path := expected(t)
	for _, c := range []struct {
		args   string
		status int
		out    string
		diag   string // its end
	}{
		{"--dport 6667", 0, "+0.000000s 02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 100:3 [fe80::a]:6665 > [fe80::b]:6667 11 bytes \"hello world\"\n", ""},
		{"--vlan 100 --count 2 --bad none", 0, `+0.000000s 02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 100:3 [fe80::a]:6665 > [fe80::b]:6666 11 bytes "hello world"
+0.001000s 02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 100:3 [fe80::a]:6665 > [fe80::b]:6667 11 bytes "hello world"
`, ""},
		{"-q --bad checksum --dport 514", 0, "", ""},
		{"-q --vlan any --count 3 --exactly", 0, "", ""},
		{"-q --vlan any --count 2 --exactly", 1, "", "netkmsg: 3 frames matched, wanted 2 and no more; 3 frames seen in PATH, 0 dropped\n"},
		{"-q --none --dport 1-1000", 1, "", "netkmsg: a frame matched that was not to come; 3 frames seen in PATH, 0 dropped\n"},
		{"--none --dport 1-500", 0, "", ""},
		{"-q --count 3 --dport 6666-6667", 1, "", `the nearest miss, which agrees in 0 of 1 fields:
    field  wanted     got
  ✗ dport  6666-6667  514
netkmsg: 2 of 3 frames matched; 3 frames seen in PATH, 0 dropped
`},
		{"--dport 514 --payload-contains world --ttl 32", 1, "", `the nearest miss, which agrees in 2 of 3 fields:
    field             wanted  got
  ✗ dport             514     6666
    payload-contains  world   "hello world"
    hop-limit         32      32
netkmsg: no frame matched; 3 frames seen in PATH, 0 dropped
`},
	} {
		status, out, diag := invoke(t, nil, append(append([]string{"expect"}, strings.Fields(c.args)...), path)...)
		if status != c.status || out != c.out || diag != strings.ReplaceAll(c.diag, "PATH", path) {
			t.Errorf("%s: status %d, want %d\n%s\n%s", c.args, status, c.status, out, diag)
		}
	}
}

func TestExpectOutputs(t *testing.T) {
	path := expected(t)
	all := frames(t, path)
	kept := filepath.Join(t.TempDir(), "kept.pcapng")
	if status, _, diag := invoke(t, nil, "expect", "-q", "--pcap", kept, "--dport", "6667", path); status != 0 || diag != "" {
		t.Error(status, diag)
	}
	if got := frames(t, kept); len(got) != 1 || !bytes.Equal(got[0], all[1]) {
		t.Errorf("kept %x", got)
	}
	status, out, _ := invoke(t, nil, "expect", "--explain", "--dport", "514", path)
	for _, want := range []string{"!!    64  Checksum", "Destination Port", "wrong, should be 0x", "|.......worlD|"} {
		if status != 0 || !strings.Contains(out, strings.TrimPrefix(want, "|.......")) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	status, out, diag := invoke(t, nil, "expect", "--json", "--dport", "6667", "--payload", "hello", path)
	var s struct {
		Met     bool
		Seen    int
		Nearest []struct {
			Field, Wanted, Got string
			Agrees             bool
		}
	}
	if err := json.Unmarshal([]byte(out), &s); err != nil || status != 1 || s.Met || s.Seen != 3 || len(s.Nearest) != 2 || !s.Nearest[0].Agrees || s.Nearest[1].Got != `"hello world"` {
		t.Errorf("%d, %v, %s%s", status, err, out, diag)
	}
	if status, out, _ = invoke(t, nil, "expect", "-q", "--json", "--dport", "6667", path); status != 0 || out != `{"met":true,"wanted":1,"matched":1,"seen":2,"dropped":0}`+"\n" {
		t.Errorf("%d, %s", status, out)
	}
	status, out, _ = invoke(t, nil, "expect", "--json", "--dport", "6667", path)
	var r struct {
		Time  string
		VLANs []struct{ ID, PCP int }
		Dport int
		Bytes string
	}
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&r); err != nil || status != 0 || r.Dport != 6667 || len(r.VLANs) != 1 || r.VLANs[0].PCP != 3 || r.Time != "1970-01-01T00:16:40.001Z" {
		t.Errorf("%d, %v, %s", status, err, out)
	}
}

func TestExpectUsage(t *testing.T) {
	for args, want := range map[string]string{
		"":                                    "nothing to look at: give a device (-i DEV), --socket, or a capture file",
		"a.pcap b.pcap":                       "2 capture files: give one",
		"-i eth0 a.pcap":                      `"a.pcap" beside --dev or --socket: wait on a device or read a capture (a command stands behind --)`,
		"--within 1s a.pcap":                  "--within with a capture file: it ends where it ends",
		"-i eth0 --within 0s":                 "--within 0s: want some time",
		"-i eth0 --none --count 2":            "--none is --count 0 --exactly: give no count beside it",
		"-i eth0 --count 0":                   "--count 0: want 1 or more, or --none",
		"-i eth0 --":                          "no command behind --",
		"a.pcap -- true":                      "a command with a capture file: it runs while a device is listened on",
		"--outgoing --socket":                 "--outgoing is for a device (-i DEV) without --socket",
		"--socket":                            "--socket wants one port to receive at (--dport PORT)",
		"--socket --dport 1-2":                "--socket wants one port to receive at (--dport PORT)",
		"--socket --dport 7 --vlan 1":         "--vlan: a socket (--socket) does not tell this of a datagram",
		"--socket --dport 7 --dst-ip ff02::1": "--dst-ip ff02::1 with --socket: name the device to join the group on (-i DEV)",
		"--socket --dport 7 --explain":        "--socket without --pcap and --explain: a socket sees no frames",
		"-i eth0 --explain --json":            "--explain excludes --json and --quiet: choose one",
		"-i eth0 --pcap -":                    "--pcap - writes to standard output, as do the lines of what matches: give --quiet without --json",
		"-i eth0 --force":                     "--force is for the --pcap file: give one",
		"-i eth0 --df --flow-label 1":         "--df is IPv4's and --flow-label is IPv6's: no frame has both",
		"-i eth0 --dport 1 --dport 2":         "--dport is given twice: a field has one value",
		"-i eth0 --dport x":                   `invalid argument "x" for "--dport" flag: "x": want a number up to 65535, or A-B`,
	} {
		status, out, diag := invoke(t, nil, append([]string{"expect"}, strings.Fields(args)...)...)
		if status != 2 || out != "" || !strings.HasPrefix(diag, "netkmsg: "+want) {
			t.Errorf("%s: status %d, %s%s\nwant %s", args, status, out, diag, want)
		}
	}
	if status, _, diag := invoke(t, nil, "expect", "/nowhere"); status != 1 || diag != "netkmsg: open capture file /nowhere: no such file or directory\n" {
		t.Error(status, diag)
	}
	if status, _, diag := invoke(t, []byte("junk"), "expect", "-"); status != 1 || !strings.Contains(diag, "not a capture file") {
		t.Error(status, diag)
	}
}

// TestExpectHelp has a screen that fits 80 columns and 24 lines, and all flags.
func TestExpectHelp(t *testing.T) {
	_, short, _ := invoke(t, nil, "expect", "-h")
	if n := strings.Count(short, "\n"); n > 23 {
		t.Errorf("-h has %d lines, want 23 at most", n)
	}
	screen(t, "expect-h.golden", short)
	_, all, _ := invoke(t, nil, "expect", "--help")
	screen(t, "expect-help.golden", all)
	for _, f := range match.Fields() {
		if !strings.Contains(all, "--"+f.Name+" ") {
			t.Errorf("--help does not have --%s", f.Name)
		}
	}
	_, out, _ := invoke(t, nil, "expect", "--explain", "--dport", "6667", expected(t))
	screen(t, "expect-explain.golden", out)
}

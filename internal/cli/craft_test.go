package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"netkmsg/internal/cli"
	"netkmsg/internal/craft"
	"netkmsg/internal/send"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// crafted runs netkmsg craft.
func crafted(in string, args ...string) (out, diag string, status int) {
	var o, e bytes.Buffer
	st := send.Streams{In: strings.NewReader(in), Out: &o, Err: &e}
	status = cli.Main(context.Background(), append([]string{"netkmsg", "craft"}, args...), st)
	return o.String(), e.String(), status
}

// screen compares with a file in testdata, and what a person is to read has to
// fit 80 columns.
func screen(t *testing.T, name, got string) {
	t.Helper()
	for i, line := range strings.Split(got, "\n") {
		if n := utf8.RuneCountInString(line); n > 80 {
			t.Errorf("%s: line %d has %d columns, want 80 at most: %s", name, i+1, n, line)
		}
	}
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
	g, w := strings.Split(got, "\n"), strings.Split(string(b), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s differs in line %d:\n%s\nwant\n%s", name, i+1, got, b)
		}
	}
}

func TestCraftHelp(t *testing.T) {
	short, _, status := crafted("", "-h")
	if n := strings.Count(short, "\n"); n > 23 || status != 0 {
		t.Errorf("-h has %d lines, want 23 at most; exit status %d", n, status)
	}
	screen(t, "craft-h.golden", short)
	all, _, status := crafted("", "--help")
	if status != 0 {
		t.Errorf("exit status %d", status)
	}
	screen(t, "craft-help.golden", all)
	for _, f := range craft.Fields() {
		if !strings.Contains(all, "--"+f.Name+" ") || f.Default != "" && !strings.Contains(strings.Join(strings.Fields(all), " "), "(default "+f.Default+")") {
			t.Errorf("--help does not have --%s with its default %q", f.Name, f.Default)
		}
	}
}

func TestCraftExplain(t *testing.T) {
	for name, args := range map[string]string{
		"craft-v6.golden":    "--dport 1000-1999 --vlan ad/100:3d,200 --hop-by-hop router-alert --fragment more,id=7",
		"craft-v4.golden":    "--dst-ip 192.0.2.9 --dscp ef --df --ip-id 7 --payload-pattern random --payload-size 100",
		"craft-bad.golden":   "--dst-ip 192.0.2.9 --bad version --bad ip-checksum --bad length --bad checksum --pad 4:0xaa --ethertype 0x88b5",
		"craft-cut.golden":   "--bad truncate=45 --count 5",
		"craft-nosum.golden": "--udp-checksum 0 --dst-ip 192.0.2.9 --pad 10 --hop-limit 0",
	} {
		out, diag, status := crafted("", append(strings.Fields(args), "--explain")...)
		if status != 0 {
			t.Errorf("%s: exit status %d", args, status)
		}
		screen(t, name, diag+out)
	}
}

// TestCraftUsage has a fault in each command line, which is refused before
// anything is done, with the flag and the reason.
func TestCraftUsage(t *testing.T) {
	dir := t.TempDir()
	tests := []struct{ args, want string }{
		{"", "nowhere to go: give --dev to send, --pcap to keep, or --explain, --hex, --json or --go to see"},
		{"--hex now", `"now" is not a flag (netkmsg craft -h helps)`},
		{"--hex --json", "--hex and --json exclude each other: choose one"},
		{"--hex --pcap -", "--hex and --pcap - both write to standard output: give a file"},
		{"--pcap x --force --append", "--force and --append exclude each other: overwrite the capture file or continue it"},
		{"--hex --append", "--force and --append are for the --pcap file: give one"},
		{"--no-wire", "nowhere to go: give --dev to send, --pcap to keep, or --explain, --hex, --json or --go to see"},
		{"--hex --dport 70000", "--dport: 70000 is too large: want N, A-B, A-B/STEP, A+STEP, random or random:A-B with numbers up to 65535"},
		{"--hex --dport 9-1", "--dport: it ends before it begins: want N, A-B, A-B/STEP, A+STEP, random or random:A-B with numbers up to 65535"},
		{"--hex --ttl 256", "--hop-limit: 256 is too large: want N, A-B, A-B/STEP, A+STEP, random or random:A-B with numbers up to 255"},
		{"--hex --vlan 4095", `--vlan: tag "4095": 4095 is too large: want N, A-B, A-B/STEP, A+STEP, random or random:A-B with numbers up to 4094`},
		{"--hex --vlan 5:8", `--vlan: tag "5:8": priority "8": want 0 to 7, and d behind it for drop eligible`},
		{"--hex --ethertype 0x8100", "--ethertype: 0x8100 begins a tag: give --vlan"},
		{"--hex --src-mac multicast", "--src-mac: multicast: no frame comes from a group; want an address, own or random"},
		{"--hex --dst-ip 2001:db8::9 --dst-mac multicast", "--dst-mac: multicast, but 2001:db8::9 is not a group's address"},
		{"--hex --dst-mac 1:2", `--dst-mac: "1:2": want a MAC address, own, broadcast, multicast or random, and +STEP behind it or +STEP/COUNT`},
		{"--hex --dst-ip fe80::1%eth0", `--dst-ip: "fe80::1%eth0": want an IPv6 or IPv4 address, PREFIX/LEN, A-B, A+STEP, random:PREFIX/LEN, own, own4, own6, own:N or linklocal`},
		{"--hex --dst-ip 192.0.2.9 --src-ip fe80::1", "--dst-ip: 192.0.2.9 and --src-ip fe80::1 are not of one family: give two IPv6 or two IPv4 addresses"},
		{"--hex --dst-ip 192.0.2.9 --src-ip own6", "--src-ip: own6, and the other address is 192.0.2.9: give two IPv6 or two IPv4 addresses"},
		{"--hex --src-ip own:3", "--src-ip: own:3: without a device there are 2001:db8::1, 192.0.2.1"},
		{"--hex --dst-ip 192.0.2.9 --flow-label 1", "--flow-label: only IPv6 has it, and 192.0.2.1 to 192.0.2.9 are IPv4"},
		{"--hex --dst-ip 192.0.2.9 --fragment atomic", "--fragment: only IPv6 has it, and 192.0.2.1 to 192.0.2.9 are IPv4"},
		{"--hex --df", "--df: only IPv4 has it, and fe80::ff:fe00:1 to ff02::1 are IPv6: give --dst-ip"},
		{"--hex --bad ip-checksum", "--bad: ip-checksum: IPv6 has none, and fe80::ff:fe00:1 to ff02::1 are IPv6: give --dst-ip"},
		{"--hex --bad everything", `--bad: "everything": want checksum, ip-checksum, length, version or truncate=N`},
		{"--hex --bad truncate=75", "--bad: truncate=75: the frame has 75 bytes"},
		{"--hex --bad checksum --udp-checksum 1", "--bad: checksum: --udp-checksum gives one already"},
		{"--hex --dscp 64", `--dscp: "64": want a number up to 63, ef, va, le, be, cs0 to cs7 or af11 to af43`},
		{"--hex --tos 1 --ecn ce", "--traffic-class: --dscp and --ecn are its two parts: give it, or them"},
		{"--hex --payload a --payload-hex 00", "--payload-hex: --payload gives a payload too: give one"},
		{"--hex --payload-hex 0", "--payload-hex: encoding/hex: odd length hex string: want two hexadecimal digits for each byte"},
		{"--hex --payload-size 65508 --dst-ip 192.0.2.9", "--payload-size: 65508 bytes: the length fields hold 65507 behind these headers"},
		{"--hex --payload-size 65520 --hop-by-hop pad", "--payload-size: 65520 bytes: the length fields hold 65519 behind these headers"},
		{"--hex --fragment offset=9", `--fragment: "offset=9": want atomic, offset=BYTES (a multiple of 8 up to 65528), more, id=N (up to 0xffffffff)`},
		{"--hex --dest-options 5", `--dest-options: "5": want pad, router-alert[=N], or TYPE=HEX with a type from 1 to 255 and at most 255 bytes (0 alone is Pad1)`},
		{"--hex --src-mac +1", "--count: a step on with every frame has no end: give the number of frames, or 0 for no end"},
		{"--hex --count 0", "--count 0, without end, is for the wire: give a number"},
		{"--hex --rate 5", `--rate: rate "5": want frames a second as in 1000/s or 2.5k/s, bits a second as in 10Mbit/s, or max`},
		{"--hex --rate 5/s --interval 1s", "--interval and --rate exclude each other: one is the inverse of the other"},
		{"--hex --interval -1s", "--interval -1s: want a time above 0"},
		{"--hex --workers 0", "--workers 0: want 1 to 64"},
		{"--hex --like testdata/sysdata.pcap:9", "--like testdata/sysdata.pcap:9: the capture has 6 frames"},
		{"--hex --like testdata/sysdata.pcap --dst-ip 192.0.2.9", "--dst-ip: 192.0.2.9 and --src-ip 2001:db8:1::1 are not of one family: give two IPv6 or two IPv4 addresses"},
		{"--pcap " + dir + "/x --seed me", `--seed: "me": want a number`},
	}
	for _, tt := range tests {
		out, diag, status := crafted("", strings.Fields(tt.args)...)
		if want := "netkmsg: " + tt.want + "\n"; diag != want || status != 2 || out != "" {
			t.Errorf("craft %s: exit status %d, %q\n%swant 2, \"\"\n%s", tt.args, status, out, diag, tt.want)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Error("a capture file was begun by a command that was refused")
	}
}

// TestCraftVerify has read --verify find every deliberate fault, and no other.
func TestCraftVerify(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"", ""},
		{"--bad checksum", "UDP Checksum"},
		{"--bad ip-checksum --dst-ip 192.0.2.9", "IPv4 Header Checksum"},
		{"--bad length --vlan 7", "UDP Length"},
		{"--bad version", "IPv6 Version"},
		{"--bad truncate=60", "IPv6 Payload Length"},
		{"--udp-checksum 0", "UDP Checksum"},
	} {
		path := filepath.Join(t.TempDir(), "bad.pcap")
		if _, diag, status := crafted("", append(strings.Fields(tt.args), "--pcap", path, "--count", "2")...); status != 0 || tt.want != "" && !strings.Contains(diag, "on purpose") {
			t.Fatalf("%s: exit status %d, %s", tt.args, status, diag)
		}
		out, diag, status := read("--verify", path)
		if tt.want == "" {
			if status != 0 {
				t.Errorf("exit status %d: %s", status, diag)
			}
			continue
		}
		if report := string(out) + string(diag); status != 1 || strings.Count(report, tt.want) != 2 || strings.Count(report, "want ") != 2 {
			t.Errorf("%s: exit status %d, %s", tt.args, status, report)
		}
	}
}

// TestCraftSources takes the payload from everywhere, and JSON shows it.
func TestCraftSources(t *testing.T) {
	path := filepath.Join(t.TempDir(), "payload")
	if err := os.WriteFile(path, []byte("from a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ args, want string }{
		{"--payload-file " + path, "66726f6d20612066696c65"},
		{"--payload-file -", "706970656421"},
		{"--payload-hex 00:ff", "00ff"},
		{"--payload abc --payload-size 7", "61626361626361"},
		{"--payload-pattern count --payload-size 3", "000102"},
		{"--payload-pattern ones --payload-size 2", "ffff"},
		{"--payload-pattern dead --payload-size 5", "deaddeadde"},
		{"--payload-size 0", ""},
	} {
		out, diag, status := crafted("piped!", append(strings.Fields(tt.args), "--json")...)
		var r craft.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 || r.Payload == nil || *r.Payload != tt.want {
			t.Errorf("%s: exit status %d, %v, %s%s", tt.args, status, err, out, diag)
		}
	}
}

// TestCraftSame has the same bytes from the same flags and seed, others from
// another seed.
func TestCraftSame(t *testing.T) {
	args := strings.Fields("--hex --count 20 --src-mac random --sport random --payload-pattern random --payload-size 5-9 --src-ip random:2001:db8::/48 --dst-ip 2001:db8::1")
	one, _, _ := crafted("", args...)
	two, _, _ := crafted("", args...)
	other, _, _ := crafted("", append(args, "--seed", "2")...)
	if one != two || one == other || strings.Count(one, "\n") != 20 {
		t.Errorf("%s\n%s\n%s", one, two, other)
	}
}

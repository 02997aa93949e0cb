package cli_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/craft"
)

// tsharkFields are what tshark is asked for, and how the report has it.
var tsharkFields = []struct {
	name  string
	value func(r craft.Report) string
}{
	{"frame.len", func(r craft.Report) string { return fmt.Sprint(r.Length) }},
	{"eth.dst", func(r craft.Report) string { return r.DstMAC }},
	{"eth.src", func(r craft.Report) string { return r.SrcMAC }},
	{"vlan.id", func(r craft.Report) string { return tags(r, "0x8100", func(v craft.TagReport) uint { return v.ID }) }},
	{"vlan.priority", func(r craft.Report) string {
		return tags(r, "0x8100", func(v craft.TagReport) uint { return v.Priority })
	}},
	{"ieee8021ad.id", func(r craft.Report) string { return tags(r, "0x88a8", func(v craft.TagReport) uint { return v.ID }) }},
	{"ieee8021ad.priority", func(r craft.Report) string {
		return tags(r, "0x88a8", func(v craft.TagReport) uint { return v.Priority })
	}},
	{"ipv6.src", func(r craft.Report) string { return only(r, 6, r.SrcIP) }},
	{"ipv6.dst", func(r craft.Report) string { return only(r, 6, r.DstIP) }},
	{"ipv6.tclass.dscp", func(r craft.Report) string { return only(r, 6, num(r.DSCP)) }},
	{"ipv6.tclass.ecn", func(r craft.Report) string { return only(r, 6, num(r.ECN)) }},
	{"ipv6.flow", func(r craft.Report) string { return only(r, 6, fmt.Sprintf("%#06x", value(r.FlowLabel))) }},
	{"ipv6.plen", func(r craft.Report) string { return num(r.PayloadLength) }},
	{"ipv6.hlim", func(r craft.Report) string { return only(r, 6, num(r.HopLimit)) }},
	{"ip.src", func(r craft.Report) string { return only(r, 4, r.SrcIP) }},
	{"ip.dst", func(r craft.Report) string { return only(r, 4, r.DstIP) }},
	{"ip.dsfield.dscp", func(r craft.Report) string { return only(r, 4, num(r.DSCP)) }},
	{"ip.ttl", func(r craft.Report) string { return only(r, 4, num(r.HopLimit)) }},
	{"ip.id", func(r craft.Report) string { return only(r, 4, fmt.Sprintf("%#04x", value(r.ID))) }},
	{"ip.len", func(r craft.Report) string { return num(r.TotalLength) }},
	{"ip.checksum", func(r craft.Report) string { return r.HeaderChecksum }},
	{"udp.srcport", func(r craft.Report) string { return num(r.SrcPort) }},
	{"udp.dstport", func(r craft.Report) string { return num(r.DstPort) }},
	{"udp.length", func(r craft.Report) string { return num(r.UDPLength) }},
	{"udp.checksum", func(r craft.Report) string { return r.UDPChecksum }},
	{"udp.payload", func(r craft.Report) string { return *r.Payload }},
}

// tags returns a part of all tags of one kind.
func tags(r craft.Report, tpid string, part func(craft.TagReport) uint) string {
	var list []string
	for _, v := range r.VLANs {
		if v.TPID == tpid {
			list = append(list, fmt.Sprint(part(v)))
		}
	}
	return strings.Join(list, ",")
}

func value(p *uint) uint {
	if p == nil {
		return 0
	}
	return *p
}

func num(p *uint) string {
	if p == nil {
		return ""
	}
	return fmt.Sprint(*p)
}

// only returns s for frames of one family.
func only(r craft.Report, version uint, s string) string {
	if value(r.Version) != version {
		return ""
	}
	return s
}

// tshark returns fields of a capture's frames.
func tshark(t *testing.T, path string, fields ...string) (rows [][]string) {
	t.Helper()
	args := []string{"-n", "-r", path, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-d", "udp.port==1-65535,data",
		"-T", "fields", "-E", "separator=|", "-E", "occurrence=a"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	cmd := exec.Command(frametest.RequireTool(t, "tshark"), args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir()) // nobody's preferences; it crashes where it may not read them
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\n"), "\n") {
		rows = append(rows, strings.Split(line, "|"))
	}
	return rows
}

// TestCraftTshark has tshark read what --pcap wrote as --json tells it.
func TestCraftTshark(t *testing.T) {
	var names []string
	for _, f := range tsharkFields {
		names = append(names, f.name)
	}
	for _, args := range []string{
		"--payload-size 1-40",
		"--dst-ip 192.0.2.0/27 --vlan ad/5:3,7:2 --ttl 7 --ip-id 0-65535/9999 --dscp af41 --payload-pattern random",
		"--dst-ip 2001:db8::/124 --src-ip random:2001:db8:1::/64 --hop-by-hop router-alert --dest-options 0x1e=0102 --fragment atomic,id=5 --flow-label random --dscp ef --ecn ce",
		"--src-mac random --sport random --dport random --hop-limit random --count 40 --seed 3 --pad 5",
	} {
		path := filepath.Join(t.TempDir(), "crafted.pcap")
		all := strings.Fields(args)
		if _, diag, status := crafted("", append(all, "--pcap", path)...); status != 0 {
			t.Fatal(diag)
		}
		out, _, _ := crafted("", append(all, "--json")...)
		rows := tshark(t, path, names...)
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if len(rows) != len(lines) {
			t.Fatalf("%s: %d frames, tshark has %d", args, len(lines), len(rows))
		}
		for i, line := range lines {
			var r craft.Report
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			for k, f := range tsharkFields {
				if want := f.value(r); rows[i][k] != want {
					t.Fatalf("%s, frame %d: %s is %q, tshark has %q", args, i+1, f.name, want, rows[i][k])
				}
			}
			if b, err := hex.DecodeString(r.Bytes); err != nil || string(b) != string(frames(t, path)[i]) {
				t.Fatalf("%s, frame %d: bytes differ from the capture's", args, i+1)
			}
		}
	}
}

// TestCraftFaultsTshark has tshark see each deliberate fault, and only that and
// what follows from it: of a packet whose version is wrong, or that is cut off,
// it reads no further, and a length beyond the end leaves no checksum to be told.
func TestCraftFaultsTshark(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"", "1|||"},
		{"--dst-ip 192.0.2.9", "1|1||"},
		{"--bad checksum", "0||Bad checksum [should be 0xdeed]|"},
		{"--bad ip-checksum --dst-ip 192.0.2.9", "1|0|Bad checksum [should be 0xf6b9]|"},
		{"--bad length", "2||Bad length value 29 > IP payload length|_ws.malformed"},
		{"--bad version", "||Bogus IPv6 version|_ws.malformed"},
		{"--bad version --dst-ip 192.0.2.9", "||Bogus IPv4 version|"},
		{"--bad truncate=60", "||IPv6 payload length exceeds framing length (6 bytes),Bad length value 21 > IP payload length,Malformed Packet (Exception occurred)|_ws.malformed,[Malformed Packet: UDP],_ws.malformed"},
		{"--udp-checksum 0", "4||Illegal checksum value (0)|"},
		{"--udp-checksum 0 --dst-ip 192.0.2.9", "3|1||"},
	} {
		path := filepath.Join(t.TempDir(), "bad.pcap")
		if _, diag, status := crafted("", append(strings.Fields(tt.args), "--pcap", path)...); status != 0 {
			t.Fatal(diag)
		}
		got := strings.Join(tshark(t, path, "udp.checksum.status", "ip.checksum.status", "_ws.expert.message", "_ws.malformed")[0], "|")
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.args, got, tt.want)
		}
	}
}

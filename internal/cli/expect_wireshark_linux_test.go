package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestCraftWireshark has each deliberate fault called by its name, and nothing else called wrong, by read --verify, by
// expect, and by Wireshark.
func TestCraftWireshark(t *testing.T) {
	tshark := frametest.RequireTool(t, "tshark")
	dir := t.TempDir()
	for _, c := range []struct {
		to, fault string
		verify    string // layer and field
		tshark    string // checksums' status, 1 right, 0 wrong, 2 not told; what is remarked
	}{
		{"2001:db8::9", "", "", "1||"},
		{"2001:db8::9", "checksum", "UDP Checksum", "0||Bad checksum [should be 0x7ff7]"},
		{"2001:db8::9", "length", "UDP Length", "2||Bad length value 29 > IP payload length"},
		{"2001:db8::9", "version", "IPv6 Version", "||Bogus IPv6 version"},
		{"2001:db8::9", "truncate=74", "IPv6 Payload Length", "2||IPv6 payload length exceeds framing length (20 bytes),Bad length value 21 > IP payload length"},
		{"192.0.2.9", "", "", "1|1|"},
		{"192.0.2.9", "checksum", "UDP Checksum", "0|1|Bad checksum [should be 0x5768]"},
		{"192.0.2.9", "ip-checksum", "IPv4 Header Checksum", "1|0|Bad checksum [should be 0xf6b9]"},
		{"192.0.2.9", "length", "UDP Length", "2|1|Bad length value 29 > IP payload length"},
		{"192.0.2.9", "version", "IPv4 Version", "||Bogus IPv4 version"},
		{"192.0.2.9", "truncate=54", "IPv4 Total Length", "2|1|IPv4 total length exceeds packet length (40 bytes),Bad length value 21 > IP payload length"},
	} {
		name := c.to + ", " + c.fault
		path := filepath.Join(dir, "fault.pcap")
		args, wanted, kind := []string{"craft", "--dst-ip", c.to, "--force", "--pcap", path}, 0, "none"
		if c.fault != "" {
			args, wanted = append(args, "--bad", c.fault), 1
			kind, _, _ = strings.Cut(c.fault, "=")
		}
		if status, _, diag := invoke(t, nil, args...); status != 0 {
			t.Fatalf("%s: %s", name, diag)
		}
		status, out, _ := invoke(t, nil, "read", "--verify", path)
		if status != wanted || strings.Count(out, "\n") != wanted || !strings.Contains(out, c.verify) {
			t.Errorf("%s: read --verify: %d, %s", name, status, out)
		}
		if status, out, diag := invoke(t, nil, "expect", "--bad", kind, path); status != 0 || strings.Count(out, "should be") != wanted {
			t.Errorf("%s: expect: %s%s", name, out, diag)
		}
		cmd := exec.Command(tshark, "-n", "-r", path, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields",
			"-E", "separator=|", "-e", "udp.checksum.status", "-e", "ip.checksum.status", "-e", "_ws.expert.message")
		cmd.Env = append(os.Environ(), "HOME="+dir) // nobody's preferences
		seen, err := cmd.Output()
		if got := strings.TrimSuffix(string(seen), "\n"); err != nil || got != c.tshark {
			t.Errorf("%s: tshark: %q, want %q, %v", name, got, c.tshark, err)
		}
	}
}

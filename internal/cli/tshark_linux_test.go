package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestTshark has every frame of a capture checked by Wireshark's dissectors:
// what they call wrong, they must not find.
func TestTshark(t *testing.T) {
	tshark := frametest.RequireTool(t, "tshark")
	p := frametest.NewPair(t)
	dir := t.TempDir()
	var log strings.Builder
	log.WriteString(records(0, 50))
	for i := range 30 {
		log.WriteString("6,50,50,-;" + strings.Repeat("y", 100*i) + "\n")
	}
	path := file(t, log.String())
	for name, config := range map[string]string{
		"v6.pcap":   "+@fe80::a/eth0,@fe80::b/",
		"v4.pcapng": "@192.0.2.1/eth0,@192.0.2.9/02:00:00:00:00:0b",
	} {
		dump := filepath.Join(dir, name)
		netkmsg(t, p.A, "--from", path, "--pcap", dump, config).run(0)
		cmd := p.A.Command(tshark, "-n", "-r", dump, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
			"-T", "fields", "-E", "separator=|", "-E", "occurrence=a",
			"-e", "udp.checksum.status", "-e", "ip.checksum.status", "-e", "_ws.expert.message", "-e", "_ws.malformed", "-e", "udp.length")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		if sent := frames(t, dump); len(lines) != len(sent) || len(sent) < 100 {
			t.Errorf("%s: %d frames, tshark sees %d", name, len(sent), len(lines))
		}
		good := "1||||" // the UDP checksum is right
		if strings.HasPrefix(name, "v4") {
			good = "1|1|||"
		}
		for i, l := range lines {
			if !strings.HasPrefix(l, good) || l == good {
				t.Errorf("%s, frame %d: %q, want %q and a length", name, i+1, l, good)
			}
		}
	}
}

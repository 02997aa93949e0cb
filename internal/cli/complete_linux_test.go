package cli_test

import (
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestComplete asks as a shell does, with | for the cursor, on a host with two devices.
func TestComplete(t *testing.T) {
	a := frametest.NewPair(t).A
	dev := a.Name()
	tests := []struct{ args, want string }{
		{"resolve |", dev + " lo :4"},
		{"resolve lo |", ":4"},
		{"listen --raw |", dev + " lo :4"},
		{"listen |", ":4"},
		{"send |", "@/" + dev + ",@ @/lo,@ :6"},
		{"check + @ /l|", "/" + dev + ",@ /lo,@ :6"}, // as bash asks
		{"test r@fe80::1/|", "r@fe80::1/" + dev + ",@ r@fe80::1/lo,@ :6"},
		{"send @/eth0,@fe80::2/|", ":6"},
		{"send @/eth0,@fe80::2/;@/|", "@/eth0,@fe80::2/;@/" + dev + ",@ @/eth0,@fe80::2/;@/lo,@ :6"},
		{"send @|", ":6"},
		{"send --input |", "auto kmsg text :4"},
		{"send --rate |", ":4"},
		{"send --pcap |", ":0"},
		{"mount --loglevel |", "all console 0 1 2 3 4 5 6 7 8 :4"},
		{"mount --policy |", "helpful kernel :4"},
		{"mount |", ":16"},
		{"read |", ":0"},
		{"read -o |", "text json files: pcap: journal syslog: :6"},
		{"craft |", ":4"},
		{"craft --payload-file |", ":0"},
		{"expect |", ":0"},
		{"expect --dport |", ":4"},
		{"firewall --format |", "iptables nft firewalld ufw :4"},
		{"firewall --side |", "source destination :4"},
	}
	for _, tt := range tests {
		args := strings.Split("__completeNoDesc "+strings.TrimSuffix(tt.args, "|"), " ")
		c := prepare(t, a, "netkmsg", args...)
		c.Stderr = nil
		out, err := c.Output()
		if got := strings.Join(strings.Fields(string(out)), " "); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.args, got, err, tt.want)
		}
	}
}

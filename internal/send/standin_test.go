package send

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"netkmsg/frame"
)

// TestStandIn captures what is sent by no device at all: the device in CONFIG
// does not exist.
func TestStandIn(t *testing.T) {
	const missing = "look up no-such-device: no such device"
	mac := frame.MAC{0x02, 0, 0, 0, 0, 0x01}
	tests := []struct {
		name, flags, config string
		source              string // address of the frames; empty: refused
		says                string
	}{
		{"all is given", "--source-mac 02:00:00:00:00:01", "@fe80::5/no-such-device,@fe80::2/", "fe80::5", ""},
		{"the address by flag", "--source-mac 02:00:00:00:00:01 --source-ip 2001:db8::5", "@/no-such-device,@fe80::2/", "2001:db8::5", ""},
		{"CONFIG's address wins", "--source-mac 02:00:00:00:00:01 --source-ip 192.0.2.5", "@192.0.2.1/no-such-device,@192.0.2.9/;@/no-such-device,@192.0.2.9/", "192.0.2.1", ""},
		{"no IPv6 address", "--source-mac 02:00:00:00:00:01", "@/no-such-device,@2001:db8::2/", "fe80::ff:fe00:1",
			`msg="no source address given, using the link-local one of the MAC address" target=cmdline0 dev=no-such-device source=fe80::ff:fe00:1`},
		{"no IPv4 address", "--source-mac 02:00:00:00:00:01", "@/no-such-device,@192.0.2.9/", "", "netkmsg: cmdline0: no source address: " + missing},
		{"no MAC address", "", "@192.0.2.1/no-such-device,@192.0.2.9/", "", "netkmsg: cmdline0: no source MAC address: " + missing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var m memory
			args := append(strings.Fields(tt.flags), "--no-wire", "--from", input(t, 1), tt.config)
			diag, err := runWith(context.Background(), nil, &m, nil, args...)
			var report strings.Builder
			status := Report(Streams{Err: &report}, err)
			if (status == 0) != (tt.source != "") || !strings.Contains(diag+report.String(), tt.says) {
				t.Errorf("exit status %d\n%s%swant %q", status, diag, report.String(), tt.says)
			}
			if tt.source == "" {
				return
			}
			found := false
			for _, b := range m.frames {
				f, err := frame.Parse(b)
				if err != nil {
					t.Fatal(err)
				}
				found = found || f.Source.MAC == mac && f.Source.Addr == netip.MustParseAddr(tt.source)
			}
			if !found {
				t.Errorf("no frame from %v", tt.source)
			}
		})
	}
}

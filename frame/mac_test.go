package frame_test

import (
	"net"
	"strings"
	"testing"

	"netkmsg/frame"
)

func TestParseMAC(t *testing.T) {
	good := []struct {
		in   string
		want frame.MAC
	}{
		{"00:00:00:00:00:00", frame.MAC{}},
		{"ff:ff:ff:ff:ff:ff", frame.Broadcast},
		{"01:23:45:67:89:ab", frame.MAC{0x01, 0x23, 0x45, 0x67, 0x89, 0xab}},
		{"CD:ef:FE:dc:Ba:98", frame.MAC{0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98}},
	}
	for _, c := range good {
		m, err := frame.ParseMAC(c.in)
		if err != nil || m != c.want {
			t.Errorf("ParseMAC(%q) = %v, %v; want %v", c.in, m, err, c.want)
		}
		if s := m.String(); s != strings.ToLower(c.in) {
			t.Errorf("%q printed as %q", c.in, s)
		}
	}
	bad := []string{
		"", ":", "00:00:00:00:00", "00:00:00:00:00:0", "00:00:00:00:00:000", "00:00:00:00:00:00:",
		"00-00-00-00-00-00", "00:00:00-00:00:00", "0000.0000.0000", "000000000000", "00:00:00:00:00:0g",
		"0::0:00:00:00:000", " 0:00:00:00:00:00", "00:00:00:00:00:0 ", "00:00:00:00:00:0\x00", "0x:00:00:00:00:00",
		"00:00:00:00:00:00:00:00", "+0:00:00:00:00:00", "é0:00:00:00:00:0",
	}
	for _, s := range bad {
		if m, err := frame.ParseMAC(s); err == nil || m != (frame.MAC{}) {
			t.Errorf("ParseMAC(%q) = %v, %v; want an error", s, m, err)
		}
	}
}

func TestParseMACError(t *testing.T) {
	_, err := frame.ParseMAC("00-11-22-33-44-55")
	const want = `parse MAC address "00-11-22-33-44-55": want six bytes in hexadecimal, as in 00:11:22:aa:bb:cc`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// net.ParseMAC takes other forms and lengths too; where both succeed they agree.
func FuzzParseMAC(f *testing.F) {
	for _, s := range []string{"00:00:00:00:00:00", "Fe:dC:12:34:56:78", "0:0:0:0:0:0", "00-11-22-33-44-55", "0011.2233.4455"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := frame.ParseMAC(s)
		ref, refErr := net.ParseMAC(s)
		if want := refErr == nil && len(s) == 17 && strings.Count(s, ":") == 5; (err == nil) != want {
			t.Fatalf("ParseMAC(%q): %v, package net: %v", s, err, refErr)
		}
		if err == nil && m.String() != ref.String() {
			t.Errorf("ParseMAC(%q) = %v, package net: %v", s, m, ref)
		}
	})
}

func TestMACFrom(t *testing.T) {
	if m, err := frame.MACFrom(net.HardwareAddr{1, 2, 3, 4, 5, 6}); err != nil || m != (frame.MAC{1, 2, 3, 4, 5, 6}) {
		t.Errorf("got %v, %v", m, err)
	}
	for _, n := range []int{0, 5, 7, 8, 20} {
		if m, err := frame.MACFrom(make(net.HardwareAddr, n)); err == nil || m != (frame.MAC{}) {
			t.Errorf("%d bytes: got %v, %v; want an error", n, m, err)
		}
	}
	_, err := frame.MACFrom(net.HardwareAddr{1, 2, 3, 4, 5, 6, 7, 8})
	const want = `convert hardware address "01:02:03:04:05:06:07:08": it has 8 bytes, an Ethernet address has 6`
	if err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestIsUnicast(t *testing.T) {
	for s, want := range map[string]bool{
		"ff:ff:ff:ff:ff:ff": false,
		"33:33:00:00:00:01": false,
		"01:00:5e:00:00:01": false,
		"00:00:00:00:00:00": true,
		"02:ff:ff:ff:ff:ff": true,
		"fe:00:00:00:00:00": true,
	} {
		m, err := frame.ParseMAC(s)
		if err != nil {
			t.Fatal(err)
		}
		if m.IsUnicast() != want {
			t.Errorf("%s: unicast is %t", s, !want)
		}
	}
}

func TestLinkLocal(t *testing.T) {
	for s, want := range map[string]string{
		"34:56:78:9a:bc:de": "fe80::3656:78ff:fe9a:bcde", // RFC 4291, appendix A, gives this identifier
		"00:00:00:00:00:01": "fe80::200:ff:fe00:1",
		"02:00:00:00:00:02": "fe80::ff:fe00:2",
		"52:54:00:12:34:56": "fe80::5054:ff:fe12:3456",
		"ff:ff:ff:ff:ff:ff": "fe80::fdff:ffff:feff:ffff",
	} {
		m, err := frame.ParseMAC(s)
		if err != nil {
			t.Fatal(err)
		}
		if a := m.LinkLocal(); a.String() != want || !a.IsLinkLocalUnicast() || a.Zone() != "" {
			t.Errorf("%s: %v, want %s", s, a, want)
		}
	}
}

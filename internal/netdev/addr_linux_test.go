package netdev_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
)

func addresses(t *testing.T, e *frametest.End, family int) (s []string) {
	t.Helper()
	in(t, e, func() error {
		addrs, err := netdev.Addresses(e.Index(), family)
		for _, a := range addrs {
			s = append(s, a.String())
		}
		return err
	})
	return s
}

// TestAddressOrder has a real kernel list addresses as in the corpus's cases, where they were given in the order of add.
func TestAddressOrder(t *testing.T) {
	tests := []struct{ name, add, want4, want6 string }{
		{"none", "", "", ""},
		{"v4-src-scope-link-last", "192.0.2.1/24 169.254.7.7/16", "169.254.7.7 192.0.2.1", ""},
		{"v4-src-secondary", "192.0.2.9/24 192.0.2.1/24 198.51.100.1/24", "192.0.2.9 198.51.100.1 192.0.2.1", ""},
		{"v6-src-same-prefix", "fe80::a/64 2001:db8:1::5/64 2001:db8:1::3/64 2001:db8:1::9/64", "",
			"2001:db8:1::9 2001:db8:1::3 2001:db8:1::5 fe80::a"},
		{"v6-src-site", "fec0::1/64 fe80::a/64 2001:db8:1::1/64", "", "2001:db8:1::1 fec0::1 fe80::a"},
		{"v6-src-ula-last", "2001:db8:1::1/64 fd00:1::1/64 fe80::a/64", "", "fd00:1::1 2001:db8:1::1 fe80::a"},
		{"both families", "192.0.2.1/24 2001:db8::1/64", "192.0.2.1", "2001:db8::1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: strings.Fields(tt.add)}),
				frametest.B(frametest.Device{Addrs: []string{"10.1.2.3/8", "fe80::b/64"}}))
			if got := strings.Join(addresses(t, p.A, unix.AF_INET), " "); got != tt.want4 {
				t.Errorf("IPv4: %s, want %s", got, tt.want4)
			}
			if got := strings.Join(addresses(t, p.A, unix.AF_INET6), " "); got != tt.want6 {
				t.Errorf("IPv6: %s, want %s", got, tt.want6)
			}
		})
	}
}

// TestAddressesIP compares with what `ip addr` lists, for more addresses than one netlink message holds.
func TestAddressesIP(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	for i := range 300 {
		p.A.AddAddr(fmt.Sprintf("2001:db8:%x::%x/64", i%7, i+1))
		p.A.AddAddr(fmt.Sprintf("10.%d.0.%d/24", i%3, i%250+1))
	}
	for flag, family := range map[string]int{"-4": unix.AF_INET, "-6": unix.AF_INET6} {
		out, err := p.A.Command(ip, flag, "-o", "addr", "show", "dev", "eth0").Output()
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for line := range strings.Lines(string(out)) {
			want = append(want, netip.MustParsePrefix(strings.Fields(line)[3]).Addr().String())
		}
		if got := addresses(t, p.A, family); !slices.Equal(got, want) || len(got) < 200 {
			t.Errorf("got %d: %v\nwant %d: %v", len(got), got, len(want), want)
		}
	}
}

// TestPeerAddress takes the near address of a point to point one, as netpoll does.
func TestPeerAddress(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	for _, pair := range []string{"192.0.2.1 peer 192.0.2.2", "2001:db8::1 peer 2001:db8::2"} {
		args := append([]string{"addr", "add", "dev", "eth0"}, strings.Fields(pair)...)
		if out, err := p.A.Command(ip, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	if got := addresses(t, p.A, unix.AF_INET); !slices.Equal(got, []string{"192.0.2.1"}) {
		t.Error(got)
	}
	if got := addresses(t, p.A, unix.AF_INET6); !slices.Equal(got, []string{"2001:db8::1"}) {
		t.Error(got)
	}
}

// TestTentative has an address count while the kernel still looks for a duplicate.
func TestTentative(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	out, err := p.A.Command(ip, "addr", "add", "dev", "eth0", "2001:db8::7/64").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := addresses(t, p.A, unix.AF_INET6); !slices.Equal(got, []string{"2001:db8::7"}) {
		t.Error(got)
	}
}

func TestLocal(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"2001:db8::1/64", "192.0.2.1/24", "fe80::1/64"}}))
	tests := map[string]bool{
		"2001:db8::1": true, "2001:db8::2": false, "2001:db8:1::1": false, "fe80::1": true, "fe80::2": false,
		"192.0.2.1": true, "192.0.2.2": false, "198.51.100.1": false,
	}
	for addr, want := range tests {
		in(t, p.A, func() error {
			got, err := netdev.Local(netip.MustParseAddr(addr))
			if got != want {
				t.Errorf("%s: %v", addr, got)
			}
			return err
		})
	}
}

package netdev_test

import (
	"net/netip"
	"strings"
	"testing"

	"netkmsg/internal/netdev"
)

// sources are what real kernels chose in the corpus case of that name: from these addresses of the device, as `ip addr`
// listed them, towards that target.
var sources = []struct{ name, addrs, remote, want string }{
	{"v4-src-none", "fe80::200:ff:fe00:1", "192.0.2.2", ""},
	{"v4-src-scope-link-last", "169.254.7.7 192.0.2.1 fe80::200:ff:fe00:1", "192.0.2.2", "169.254.7.7"},
	{"v4-src-secondary", "192.0.2.9 192.0.2.1 fe80::200:ff:fe00:1", "192.0.2.2", "192.0.2.9"},
	{"v4-tgt-bcast", "192.0.2.1 2001:db8:1::1 fe80::200:ff:fe00:1", "255.255.255.255", "192.0.2.1"},
	{"v6-defaults-global", "192.0.2.1 2001:db8:1::1 fe80::200:ff:fe00:1", "2001:db8:1::2", "2001:db8:1::1"},
	{"v6-defaults-ll", "192.0.2.1 2001:db8:1::1 fe80::200:ff:fe00:1", "fe80::2", "fe80::200:ff:fe00:1"},
	{"v6-src-disabled", "192.0.2.1", "2001:db8:1::2", ""},
	{"v6-src-only-global", "2001:db8:1::1", "fe80::2", ""},
	{"v6-src-only-ll", "fe80::200:ff:fe00:1", "2001:db8:1::2", ""},
	{"v6-src-same-prefix", "2001:db8:1::9 2001:db8:1::3 2001:db8:1::5 fe80::200:ff:fe00:1", "2001:db8:1::2", "2001:db8:1::9"},
	{"v6-src-site", "2001:db8:1::1 fec0::1 fe80::200:ff:fe00:1", "2001:db8:1::2", "2001:db8:1::1"},
	{"v6-src-tentative", "2001:db8:1::7 2001:db8:1::1 fe80::200:ff:fe00:1", "2001:db8:1::2", "2001:db8:1::7"},
	{"v6-src-two-globals", "2001:db8:2::1 2001:db8:1::1 fe80::200:ff:fe00:1", "2001:db8:1::2", "2001:db8:2::1"},
	{"v6-src-ula-last", "fd00:1::1 2001:db8:1::1 fe80::200:ff:fe00:1", "2001:db8:1::2", "fd00:1::1"},
	{"v6-tgt-loopback", "192.0.2.1 2001:db8:1::1 fe80::200:ff:fe00:1", "::1", "2001:db8:1::1"},
	{"v6-tgt-mcast-link", "192.0.2.1 2001:db8:1::1 fe80::200:ff:fe00:1", "ff02::1", "fe80::200:ff:fe00:1"},
	{"v6-tgt-unspec", "192.0.2.1 2001:db8:1::1 fe80::200:ff:fe00:1", "::", "2001:db8:1::1"},
}

func TestChooseSource(t *testing.T) {
	const both = "2001:db8::1 fe80::1 192.0.2.1 10.0.0.1"
	tests := append(sources, []struct{ name, addrs, remote, want string }{
		{"no address at all", "", "fe80::2", ""},
		{"loopback", both, "127.0.0.1", "192.0.2.1"},
		{"IPv4 multicast", both, "224.0.0.1", "192.0.2.1"},
		{"IPv4 link-local", both, "169.254.1.1", "192.0.2.1"},
		{"multicast, wider", both, "ff0e::1", "2001:db8::1"},
		{"multicast, site", both, "ff05::1", "2001:db8::1"},
		{"multicast, link, transient", both, "ff12::1", "fe80::1"},
		{"multicast, solicited node", both, "ff02::1:ff00:1", "fe80::1"},
		{"multicast, interface", both, "ff01::1", "2001:db8::1"},
		{"IPv4-mapped", both, "::ffff:192.0.2.2", "2001:db8::1"},
		{"IPv4-mapped link-local", both, "::ffff:169.254.1.1", "2001:db8::1"},
		{"site-local", both, "fec0::2", "2001:db8::1"},
		{"last of fe80::/10", both, "febf:ffff::2", "fe80::1"},
		{"unique local", both, "fd00::2", "2001:db8::1"},
		{"from a site-local", "fe80::1 fec0::1", "2001:db8::2", "fec0::1"},
		{"from a mapped one", "::ffff:192.0.2.1", "192.0.2.2", ""},
	}...)
	for _, tt := range tests {
		var addrs []netip.Addr
		for s := range strings.FieldsSeq(tt.addrs) {
			addrs = append(addrs, netip.MustParseAddr(s))
		}
		var want netip.Addr
		if tt.want != "" {
			want = netip.MustParseAddr(tt.want)
		}
		got, ok := netdev.ChooseSource(addrs, netip.MustParseAddr(tt.remote))
		if got != want || ok != want.IsValid() {
			t.Errorf("%s: got %v, %v, want %v", tt.name, got, ok, want)
		}
	}
	if got, ok := netdev.ChooseSource([]netip.Addr{netip.MustParseAddr("::1"), {}}, netip.Addr{}); ok {
		t.Errorf("without a remote: %v", got)
	}
}

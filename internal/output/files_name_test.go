package output

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
)

func TestHostFile(t *testing.T) {
	tests := []struct{ host, name, want string }{
		{"10.0.0.5:6665", "", "10.0.0.5.log"},
		{"10.0.0.5:6666", "", "10.0.0.5,6666.log"},
		{"[::ffff:10.0.0.5]:6665", "", "10.0.0.5.log"},
		{"[2001:db8::1]:6665", "", "2001_db8__1.log"},
		{"[::1]:6665", "", "__1.log"},
		{"[fe80::1%eth0]:6665", "", "fe80__1%eth0.log"},
		{"[fe80::1%br-lan.2]:6665", "", "fe80__1%br-lan.2.log"},
		{"[fe80::1%..]:6665", "", "fe80__1%%2e..log"},
		{"[fe80::1%a/b]:6665", "", "fe80__1%a%2fb.log"},
		{"10.0.0.5:6665", "db1.lan", "db1.lan.log"},
		{"10.0.0.5:1", "db1.lan", "db1.lan,1.log"},
		{"10.0.0.5:6665", "db1.lan.", "db1.lan.log"},
		{"10.0.0.5:6665", ".", "10.0.0.5.log"},
		{"10.0.0.5:6665", "..", "%2e.log"},
		{"10.0.0.5:6665", "../../etc/passwd", "%2e.%2f..%2fetc%2fpasswd.log"},
		{"10.0.0.5:6665", ".hidden", "%2ehidden.log"},
		{"10.0.0.5:6665", "-rf", "%2drf.log"},
		{"10.0.0.5:6665", "+netkmsg", "%2bnetkmsg.log"},
		{"10.0.0.5:6665", "a b\n\x00ü", "a%20b%0a%00%c3%bc.log"},
		{"10.0.0.5:6665", "10.0.0.9", "10.0.0.5.log"},
		{"10.0.0.5:6665", "fe80__1", "10.0.0.5.log"},
		{"10.0.0.5:6665", "fe80::1", "fe80%3a%3a1.log"},
		{"10.0.0.5:6665", "fe80__1%eth0", "10.0.0.5.log"},
	}
	for _, tt := range tests {
		if got := hostFile(netip.MustParseAddrPort(tt.host), tt.name); got != tt.want {
			t.Errorf("%s %q: got %s, want %s", tt.host, tt.name, got, tt.want)
		}
	}
	if got := hostFile(netip.AddrPort{}, "name"); got != commonFile {
		t.Errorf("no host: %s", got)
	}
}

func TestHostFileLong(t *testing.T) {
	host := netip.MustParseAddrPort("10.0.0.5:65535")
	a := hostFile(host, strings.Repeat("ü", 300)+"a")
	b := hostFile(host, strings.Repeat("ü", 300)+"b")
	if rest := len("." + asideTime + gzSuffix + ".part"); len(a)+rest > 255 || a == b {
		t.Errorf("%d bytes, equal: %t", len(a), a == b)
	}
}

// Whatever name a host has: its file is in the directory, visible, and no
// other's.
func FuzzHostFile(f *testing.F) {
	f.Add("db1", "eth0", uint16(6665))
	f.Add("../x", "..", uint16(1))
	f.Add("", "a/b", uint16(0))
	f.Add("+netkmsg", "", uint16(6665))
	f.Add("db1,1", "", uint16(6665))
	f.Fuzz(func(t *testing.T, name, zone string, port uint16) {
		host := netip.AddrPortFrom(netip.MustParseAddr("fe80::1").WithZone(zone), port)
		file := hostFile(host, name)
		if filepath.Base(file) != file || !filepath.IsLocal(file) || strings.ContainsAny(file[:1], ".-+") ||
			!strings.HasSuffix(file, logSuffix) || len(file) > 255 {
			t.Errorf("%q", file)
		}
		for _, c := range []byte(file) {
			if c <= ' ' || c >= 0x7f || c == '/' {
				t.Errorf("%q holds %q", file, c)
			}
		}
		if other := hostFile(netip.AddrPortFrom(host.Addr(), port^1), name); other == file {
			t.Errorf("%q is two ports' file", file)
		}
		if hostFile(host, "") == hostFile(netip.MustParseAddrPort("[fe80::2]:6665"), name) {
			t.Errorf("the name %q claims a foreign file", name)
		}
	})
}

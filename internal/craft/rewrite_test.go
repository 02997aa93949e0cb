package craft_test

import (
	"net/netip"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/craft"
)

var eth = craft.Host{
	Device: "eth0",
	MAC:    frame.MAC{2, 0, 0, 0, 0, 0x0a},
	Addrs:  []netip.Addr{netip.MustParseAddr("fe80::a"), netip.MustParseAddr("2001:db8::a"), netip.MustParseAddr("192.0.2.1")},
}

func TestRewrite(t *testing.T) {
	r := recipe(t, "src-mac=own", "dst-mac=broadcast", "vlan=ad/5:3d,6", "src-ip=own6", "dst-ip=192.0.2.7", "sport=7")
	w, err := r.Rewrite(eth)
	if err != nil {
		t.Fatal(err)
	}
	tags := *w.VLANs
	if *w.SourceMAC != eth.MAC || *w.TargetMAC != frame.Broadcast || w.Source6 != eth.Addrs[1] || w.Source4.IsValid() ||
		w.Target4 != netip.MustParseAddr("192.0.2.7") || w.Target6.IsValid() || *w.SourcePort != 7 || w.TargetPort != nil ||
		len(tags) != 2 || tags[0] != (frame.VLAN{TPID: 0x88a8, ID: 5, Priority: 3, DropEligible: true}) {
		t.Errorf("%+v, tags %+v", w, tags)
	}
	if w, err := recipe(t).Rewrite(eth); err != nil || w.SourceMAC != nil || w.VLANs != nil || w.Source6.IsValid() || w.TargetPort != nil {
		t.Errorf("a default is written: %+v, %v", w, err)
	}
	if w, err := recipe(t, "vlan=none", "src-ip=linklocal", "dst-ip=own:3").Rewrite(eth); err != nil || w.VLANs == nil || len(*w.VLANs) != 0 ||
		w.Source6 != eth.MAC.LinkLocal() || w.Target4 != eth.Addrs[2] {
		t.Errorf("%+v, %v", w, err)
	}
	for settings, want := range map[string]string{
		"payload=x":            "--payload: --replay sends frames as they are",
		"hop-limit=3":          "--hop-limit: --replay sends frames as they are",
		"dport=1-3":            "--dport: --replay writes one value into every frame",
		"vlan=1-3":             "--vlan: --replay writes one value into every frame",
		"src-mac=random":       "--src-mac: --replay writes one value",
		"dst-mac=multicast":    "--dst-mac: multicast: --replay takes an address",
		"dst-ip=2001:db8::/64": "--dst-ip: --replay writes one value",
		"src-ip=own":           "--src-ip: own: which one?",
		"src-ip=own:4":         "--src-ip: own:4: eth0 has fe80::a, 2001:db8::a, 192.0.2.1",
	} {
		if _, err := recipe(t, settings).Rewrite(eth); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", settings, err, want)
		}
	}
	if _, err := recipe(t, "src-mac=own").Rewrite(craft.Host{}); err == nil {
		t.Error("own, and no device")
	}
}

// TestOwn takes addresses from the device by name and number.
func TestOwn(t *testing.T) {
	for _, tt := range []struct{ settings, src, dst string }{
		{"", "fe80::a", "ff02::1"},
		{"dst-ip=2001:db8::9", "2001:db8::a", "2001:db8::9"},
		{"dst-ip=fe80::9", "fe80::a", "fe80::9"},
		{"dst-ip=192.0.2.9", "192.0.2.1", "192.0.2.9"},
		{"src-ip=own4", "192.0.2.1", "255.255.255.255"},
		{"src-ip=own:2", "2001:db8::a", "ff02::1"},
		{"src-ip=own:3", "192.0.2.1", "255.255.255.255"},
		{"src-ip=linklocal", "fe80::ff:fe00:a", "ff02::1"},
		{"src-ip=2001:db8::1 dst-ip=own", "2001:db8::1", "fe80::a"},
		{"src-ip=192.0.2.7 dst-ip=own", "192.0.2.7", "192.0.2.1"},
	} {
		s, err := recipe(t, strings.Fields(tt.settings)...).Sequence(eth)
		if err != nil {
			t.Errorf("%s: %v", tt.settings, err)
			continue
		}
		b, _ := s.Frame(0, nil)
		f, err := frame.Parse(b)
		if err != nil || f.Source.Addr.String() != tt.src || f.Target.Addr.String() != tt.dst || f.Source.MAC != eth.MAC {
			t.Errorf("%s: %v to %v, %v, want %s to %s", tt.settings, f.Source, f.Target, err, tt.src, tt.dst)
		}
	}
	if _, err := recipe(t, "dst-ip=192.0.2.9").Sequence(craft.Host{Device: "eth1"}); err == nil || !strings.Contains(err.Error(), "eth1 has no address: give one") {
		t.Errorf("%v", err)
	}
}

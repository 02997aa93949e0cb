package netconsole

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"netkmsg/frame"
)

// basic is the target of @/,@fe80::2/.
var basic = Target{LocalPort: 6665, Device: "eth0", RemotePort: 6666, RemoteAddr: netip.MustParseAddr("fe80::2"), RemoteMAC: frame.Broadcast}

func with(change func(*Target)) Target {
	t := basic
	change(&t)
	return t
}

func TestParse(t *testing.T) {
	addr := netip.MustParseAddr
	for _, c := range []struct {
		line string
		want Target
	}{
		{"@/,@fe80::2/", basic},
		{"@/,@fe80::2/\n", basic},
		{`"@/,@fe80::2/"`, basic},
		{"\"@/,@fe80::2/\"\n", basic},
		{"netconsole=@/,@fe80::2/", basic},
		{"netconsole.netconsole=@/,@fe80::2/", basic},
		{`netconsole="@/,@fe80::2/"`, basic},
		{`"netconsole=@/,@fe80::2/"`, basic},
		{`"netconsole.netconsole=@/,@fe80::2/"`, basic},
		{"6665@/eth0,6666@FE80:0:0:0:0:0:0:2/FF:FF:ff:ff:ff:ff", basic},
		{"+@/,@fe80::2/", with(func(t *Target) { t.Extended = true })},
		{"+r@/,@fe80::2/", with(func(t *Target) { t.Extended, t.Release = true, true })},
		{"+5@/,@fe80::2/", with(func(t *Target) { t.Extended, t.LocalPort = true, 5 })},
		{"++6665@/,@fe80::2/", with(func(t *Target) { t.Extended = true })},
		{"+r+7@/,@fe80::2/", with(func(t *Target) { t.Extended, t.Release, t.LocalPort = true, true, 7 })},
		{"00007@/,+8@fe80::2/", with(func(t *Target) { t.LocalPort, t.RemotePort = 7, 8 })},
		{"0@/,0@fe80::2/", with(func(t *Target) { t.LocalPort, t.RemotePort = 0, 0 })},
		{"65535@/,65535@fe80::2/", with(func(t *Target) { t.LocalPort, t.RemotePort = 65535, 65535 })},
		{"@::/,@fe80::2/", basic},
		{"@0:0::0/,@fe80::2/", basic},
		{"@0.0.0.0/,@192.0.2.2/", with(func(t *Target) { t.RemoteAddr = addr("192.0.2.2") })},
		{"@fe80::1/,@fe80::2/", with(func(t *Target) { t.LocalAddr = addr("fe80::1") })},
		{"@/,@192.000.02.0002/", with(func(t *Target) { t.RemoteAddr = addr("192.0.2.2") })},
		{"@/,@010.0.0.1/", with(func(t *Target) { t.RemoteAddr = addr("10.0.0.1") })},
		{"@/,@000fe80::00002/", basic},
		{"@/,@64:ff9b::192.0.2.033/", with(func(t *Target) { t.RemoteAddr = addr("64:ff9b::c000:221") })},
		{"@::ffff:192.0.2.1/,@::ffff:192.0.2.2/", with(func(t *Target) { t.LocalAddr, t.RemoteAddr = addr("::ffff:192.0.2.1"), addr("::ffff:192.0.2.2") })},
		{"@/br-lan.5,@fe80::2/", with(func(t *Target) { t.Device = "br-lan.5" })},
		{"@/fifteen-letters,@fe80::2/", with(func(t *Target) { t.Device = "fifteen-letters" })},
		{"@/0011.22aa.bbcc,@fe80::2/", with(func(t *Target) { t.Device = "0011.22aa.bbcc" })},
		{"@/\u00e9th0,@fe80::2/", with(func(t *Target) { t.Device = "\u00e9th0" })},
		{"@/00:11:22:AA:bb:cc,@fe80::2/", with(func(t *Target) { t.Device = "00:11:22:aa:bb:cc" })},
		{"@/,@fe80::2/00:00:00:00:00:00", with(func(t *Target) { t.RemoteMAC = frame.MAC{} })},
		{"@/,@fe80::2/auto", with(func(t *Target) { t.AutoMAC = true })},
		{"@/,@fe80::2/33:33:00:00:00:01", with(func(t *Target) { t.RemoteMAC = frame.MAC{0x33, 0x33, 5: 1} })},
	} {
		got, err := Parse(c.line)
		if err != nil || len(got) != 1 || got[0] != c.want {
			t.Errorf("%q:\ngot  %v, %v\nwant %v", c.line, got, err, c.want)
			continue
		}
		again, err := Parse(got[0].String())
		if err != nil || len(again) != 1 || again[0] != got[0] {
			t.Errorf("%q: String gives %q, which is %v, %v", c.line, got[0], again, err)
		}
	}
}

func TestParseSeveral(t *testing.T) {
	got, err := Parse("netconsole=@/,@fe80::2/;+r1@/eth1,2@fe80::2/;@/,@fe80::2/")
	second := with(func(t *Target) {
		t.Extended, t.Release, t.LocalPort, t.Device, t.RemotePort = true, true, 1, "eth1", 2
	})
	if err != nil || len(got) != 3 || got[0] != basic || got[1] != second || got[2] != basic {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestLimits(t *testing.T) {
	for n, ok := range map[int]bool{MaxLine - 1: true, MaxLine: true, MaxLine + 1: false} {
		value := strings.Repeat("0", n-len("@/,@fe80::2/")) + "@/,@fe80::2/"
		for _, line := range []string{value, "netconsole=" + value, `"` + value + `"`, value + "\n"} {
			if _, err := Parse(line); (err == nil) != ok {
				t.Errorf("%d characters: %v", n, err)
			}
		}
	}
	if _, err := Parse(strings.Repeat("@/,@fe80::2/;", 1<<20)); err == nil || len(err.Error()) > 1000 {
		t.Errorf("a line of 13 MiB: %.2000v", err)
	}
}

func TestSyntaxErrors(t *testing.T) {
	line := "netconsole=x@/,@fe80::2/;@/,@fe80::2/;@/,y@fe80::2/"
	targets, err := Parse(line)
	if targets != nil {
		t.Errorf("targets %v beside an error", targets)
	}
	var all SyntaxErrors
	if !errors.As(err, &all) || len(all) != 2 {
		t.Fatalf("got %#v", err)
	}
	var one *SyntaxError
	if !errors.As(err, &one) || one != all[0] {
		t.Errorf("errors.As finds %v", one)
	}
	for i, want := range []SyntaxError{
		{line, 11, 1, `source port "x" is not a number`, "ports are decimal, from 0 to 65535, or left out"},
		{line, 41, 1, `target port "y" is not a number`, "ports are decimal, from 0 to 65535, or left out"},
	} {
		if *all[i] != want {
			t.Errorf("got  %+v\nwant %+v", *all[i], want)
		}
	}
	const first = `netconsole line, character 12: source port "x" is not a number (ports are decimal, from 0 to 65535, or left out)`
	if one.Error() != first || !strings.HasPrefix(err.Error(), first+"; netconsole line, character 42: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	if got := (&SyntaxError{Line: "ab", Offset: 1, Len: 1, Msg: "wrong"}).Error(); got != "netconsole line, character 2: wrong" {
		t.Errorf("without a hint: %s", got)
	}
	want := "netconsole line, character 2: wrong\n    ab\n     ^\nexpected: " + Grammar
	if got := (&SyntaxError{Line: "ab", Offset: 1, Len: 1, Msg: "wrong"}).Detail(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestHints follows the advice of the messages: wherever a whole target is suggested, it is one.
func TestHints(t *testing.T) {
	n := 0
	for _, line := range []string{
		"192.0.2.2", "192.0.2.2/", "192.0.2.2:514", "192.0.2.2/24", "fe80::2", "[fe80::2]", "[fe80::2]:514", "fe80::2%eth0", "[fe80::2%eth0]:514", "+fe80::2",
		"/eth0,@fe80::2/", "fe80::1/eth0,@fe80::2/", "6665/eth0,6666@fe80::2/", "eth0,@fe80::2/", ",@fe80::2/", "+reth0,6666@192.0.2.2/",
		"@fe80::2", "@fe80::2/", "@,@fe80::2/", "@eth0,@fe80::2/", "@@fe80::2/", "@fe80::1@fe80::2/", "@fe80::2%eth0", "+r6665@eth0@fe80::2/",
		"@/@fe80::2/", "@/eth0@fe80::2/", "@/6666@fe80::2/", "+@fe80::1/eth0@fe80::2/00:11:22:aa:bb:cc",
		"@/,@fe80::2%eth0/", "@/,@[fe80::2%eth0]/",
	} {
		_, err := Parse(line)
		if err == nil {
			t.Errorf("%q is accepted", line)
			continue
		}
		_, advice, _ := strings.Cut(err.(SyntaxErrors)[0].Hint, "write ")
		if _, err := Parse(advice); err != nil {
			t.Errorf("%q: the advice %q is no target: %v", line, advice, err)
		}
		n++
	}
	if n < 30 {
		t.Errorf("%d pieces of advice", n)
	}
}

func TestTarget(t *testing.T) {
	target := with(func(t *Target) {
		t.Extended, t.Release, t.LocalAddr = true, true, netip.MustParseAddr("fe80::1")
		t.RemoteMAC = frame.MAC{0, 0x11, 0x22, 0xaa, 0xbb, 0xcc}
	})
	if got, want := target.String(), "+r6665@fe80::1/eth0,6666@fe80::2/00:11:22:aa:bb:cc"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := basic.String(), "6665@/eth0,6666@fe80::2/ff:ff:ff:ff:ff:ff"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if mac, ok := basic.DeviceMAC(); ok {
		t.Errorf("eth0 is the address %v", mac)
	}
	byMAC := with(func(t *Target) { t.Device = "00:11:22:aa:bb:cc" })
	if mac, ok := byMAC.DeviceMAC(); !ok || mac != target.RemoteMAC {
		t.Errorf("device by address: %v, %v", mac, ok)
	}
}

package cli_test

import (
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// TestStarted says what is sent from where to where.
func TestStarted(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.7/24"}}))
	cmd := netkmsg(t, p.A, "--from", file(t, records(0, 1)), "514@/,@192.0.2.9/02:00:00:00:00:0b").run(0)
	const want = `"msg":"network logging started","target":"cmdline0","dev":"eth0","source":"192.0.2.7:514",` +
		`"source_mac":"02:00:00:00:00:0a","to":"192.0.2.9:6666","to_mac":"02:00:00:00:00:0b"}`
	if !strings.Contains(cmd.diag.String(), want) {
		t.Errorf("no %s in\n%s", want, cmd.diag)
	}
}

// TestSetUp has a device in some state, through which the log must get out.
func TestSetUp(t *testing.T) {
	tests := []struct {
		name, config string
		prepare      func(*frametest.Pair)
		flags        string
		says         string
		source       frame.MAC
	}{
		{"by name", toB, nil, "", "", frametest.MACA},
		{"by MAC address", "+@fe80::a/02:00:00:00:00:0a,@fe80::b/", nil, "", "", frametest.MACA},
		{"down", toB, func(p *frametest.Pair) { p.A.SetDown() }, "--carrier-timeout 1h", "the device is not up yet, forcing it", frametest.MACA},
		{"bridge port", toB, func(p *frametest.Pair) { p.A.Enslave("br0") }, "", "it is a port of br0", frametest.MACA},
		{"no address", "+@/,@2001:db8::b/", nil, "", "no suitable IPv6 address, using the link-local one of the device's MAC address", frametest.MACA},
		{"other link", "+@2001:db8:1::1/,@2001:db8:2::9/", func(p *frametest.Pair) { p.A.AddAddr("2001:db8:1::1/64") }, "",
			"the target is on another link, and no router forwards a broadcast", frametest.MACA},
		{"another address", toB, nil, "--source-mac 02:00:00:00:00:77", "", frame.MAC{2, 0, 0, 0, 0, 0x77}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := frametest.NewPair(t)
			if tt.prepare != nil {
				tt.prepare(p)
			}
			c := p.B.Capture(t)
			args := append(strings.Fields(tt.flags), "--from", file(t, records(0, 1)), tt.config)
			cmd := netkmsg(t, p.A, args...).run(0)
			got, err := c.Wait(limit, isLog)
			if err != nil {
				t.Fatal(err)
			}
			if f, _ := got.Frame(); f.Source.MAC != tt.source || string(f.Payload) != record(0) {
				t.Errorf("%v", got)
			}
			if !strings.Contains(cmd.diag.String(), tt.says) {
				t.Errorf("no %q in\n%s", tt.says, cmd.diag)
			}
		})
	}
}

// TestSetUpFails cannot be mended by the command.
func TestSetUpFails(t *testing.T) {
	for config, want := range map[string]string{
		"@/eth7,@fe80::b/":   "look up eth7: no such device (have: lo, eth0)",
		"@/eth0,@192.0.2.9/": "choose a source address on eth0: it has no IPv4 address (give one: 6665@ADDRESS/eth0,…; any will do that the receiver does not filter)",
	} {
		p := frametest.NewPair(t)
		cmd := netkmsg(t, p.A, "--from", file(t, records(0, 1)), config).run(1)
		cmd.lastly("netkmsg: cmdline0: " + want + "\n")
		cmd.account("cmdline0")
	}
}

// TestWait has a device that comes later.
func TestWait(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Down: true}))
	p.A.Delete()
	cmd := netkmsg(t, p.A, "--wait", "--carrier-timeout", "1h", "--from", file(t, records(0, 10)), toB).start()
	cmd.says("waiting for the device to appear")
	p.Connect()
	cmd.ends(0)
	if a := cmd.account("cmdline0"); a.Sent != 10 {
		t.Errorf("%+v", a)
	}
}

// TestNewMAC gives the device another address in the middle of a stream, as
// in the corpus case dev-newmac.
func TestNewMAC(t *testing.T) {
	f := startFed(t, frametest.NewPair(t))
	second := frame.MAC{2, 0, 0, 0, 0, 0x77}
	for i, want := range []frame.MAC{frametest.MACA, second} {
		if i == 1 {
			f.p.A.SetMAC(second)
		}
		f.more(1)
		got, err := f.c.Wait(limit, isLog)
		if err != nil {
			t.Fatal(err)
		}
		if x, _ := got.Frame(); x.Source.MAC != want || x.Source.Addr.String() != "fe80::a" {
			t.Errorf("record %d from %v %v, want %v fe80::a", i, x.Source.MAC, x.Source.Addr, want)
		}
	}
	f.pipe.Close()
	f.ends(0)
}

package cli_test

import (
	"net/netip"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/nexthop/peer"
)

const toAutoB = "+@fe80::a/,@fe80::b/auto"

var withB = frametest.B(frametest.Device{Addrs: []string{"fe80::b/64"}})

// to takes n log frames from the capture and returns the last one's target.
func (f *fed) to(n int) (mac frame.MAC) {
	f.t.Helper()
	f.more(n)
	for range n {
		p, err := f.c.Wait(limit, isLog)
		if err != nil {
			f.t.Fatal(err)
		}
		x, _ := p.Frame()
		mac = x.Target.MAC
	}
	return mac
}

// TestAuto follows a receiver through a change of its device.
func TestAuto(t *testing.T) {
	f := startFedTo(t, frametest.NewPair(t, withB), toAutoB, "--mac-refresh", "20ms")
	f.says(`"msg":"found the target's MAC address","target":"cmdline0","dev":"eth0","to_mac":"02:00:00:00:00:0b","how":"answered a neighbour solicitation in `)
	f.says(`"to":"[fe80::b]:6666","to_mac":"02:00:00:00:00:0b"}`)
	if got := f.to(2); got != frametest.MACB {
		t.Errorf("to %v", got)
	}
	second := frame.MAC{2, 0, 0, 0, 0, 0x77}
	f.p.B.SetMAC(second)
	f.says(`"msg":"the target's MAC address has changed"`)
	if got := f.to(1); got != second {
		t.Errorf("after the change to %v", got)
	}
	f.p.B.DelAddr("fe80::b/64")
	f.says(`"msg":"the target's MAC address cannot be confirmed: keeping it"`)
	if got := f.to(1); got != second {
		t.Errorf("while nobody answers to %v", got)
	}
	f.p.B.AddAddr("fe80::b/64")
	f.says(`"msg":"the target's MAC address is confirmed again"`)
	f.pipe.Close()
	f.ends(0)
}

// TestAutoUnknown broadcasts until the receiver is there.
func TestAutoUnknown(t *testing.T) {
	f := startFedTo(t, frametest.NewPair(t), toAutoB, "--mac-refresh", "20ms")
	f.says(`"msg":"the target's MAC address is not known: broadcasting, which switches may suppress"`)
	if got := f.to(1); got != frame.Broadcast {
		t.Errorf("to %v", got)
	}
	f.p.B.AddAddr("fe80::b/64")
	f.says(`"msg":"found the target's MAC address"`)
	if got := f.to(1); got != frametest.MACB {
		t.Errorf("to %v", got)
	}
	f.pipe.Close()
	f.ends(0)
}

// TestAutoRescue is the rescue binary's.
func TestAutoRescue(t *testing.T) {
	p := frametest.NewPair(t, withB)
	c := p.B.Capture(t)
	cmd := prepare(t, p.A, "netkmsg-rescue", "--no-follow", "--from", file(t, records(0, 1)), toAutoB).run(0)
	got, err := c.Wait(limit, isLog)
	if err != nil {
		t.Fatal(err)
	}
	if x, _ := got.Frame(); x.Target.MAC != frametest.MACB {
		t.Errorf("to %v\n%s", x.Target.MAC, cmd.diag)
	}
}

// TestAutoReturn has a device that goes, and comes back with another receiver behind it, long before the next look.
func TestAutoReturn(t *testing.T) {
	f := startFedTo(t, frametest.NewPair(t, withB), toAutoB, "--mac-refresh", "1h", "--carrier-timeout", "1h")
	if got := f.to(1); got != frametest.MACB {
		t.Errorf("to %v", got)
	}
	f.p.B.SetDown()
	f.more(1)
	f.says(stopped)
	second := frame.MAC{2, 0, 0, 0, 0, 0x77}
	f.p.B.SetMAC(second)
	f.p.B.SetUp()
	f.says(`"msg":"the target's MAC address has changed"`)
	if got := f.to(1); got == frame.Broadcast {
		t.Errorf("to %v", got)
	}
	f.pipe.Close()
	f.ends(0)
}

// TestAutoPrefix: a host without address is behind a router that tells of the
// prefix on the link. What is link-local it would not forward.
func TestAutoPrefix(t *testing.T) {
	for _, tt := range []struct{ config, source string }{
		{"+@/,@2001:db8:9::9/auto", "2001:db8:1::ff:fe00:a"},
		{"+@2001:db8:1::5/,@2001:db8:9::9/auto", "2001:db8:1::5"},
	} {
		p := frametest.NewPair(t)
		peer.Answer(t, p.B, func(e frame.Ethernet) []frame.Ethernet {
			if _, m := peer.Message(e); m == nil || m.Type() != 133 {
				return nil
			}
			return []frame.Ethernet{peer.Router(netip.MustParseAddr("fe80::254"), frametest.MACB, netip.MustParsePrefix("2001:db8:1::/64"))}
		})
		c := p.B.Capture(t)
		cmd := netkmsg(t, p.A, "--from", file(t, records(0, 1)), tt.config).run(0)
		got, err := c.Wait(limit, isLog)
		if err != nil {
			t.Fatal(err)
		}
		if x, _ := got.Frame(); x.Source.Addr.String() != tt.source || x.Target.MAC != frametest.MACB {
			t.Errorf("from %v to %v, want %s\n%s", x.Source.Addr, x.Target.MAC, tt.source, cmd.diag)
		}
	}
}

// TestVLAN: on a port of a trunk, without a VLAN device, frames have the tag,
// and so have the questions for the target's MAC address; an answer in another
// VLAN is none.
func TestVLAN(t *testing.T) {
	for _, tt := range []struct {
		config   string
		answers  uint16
		target   frame.MAC
		messages string
	}{
		{"+@fe80::a/,@fe80::b/", 0, frame.Broadcast, ""},
		{"+@192.0.2.1/,@192.0.2.2/", 0, frame.Broadcast, ""},
		{"+@fe80::a/,@fe80::b/auto", 100, frametest.MACB, "found the target's MAC address"},
		{"+@fe80::a/,@fe80::b/auto", 7, frame.Broadcast, "resolve fe80::b on eth0 in VLAN 100: nobody answers"},
	} {
		p := frametest.NewPair(t)
		b := netip.MustParseAddr("fe80::b")
		peer.Answer(t, p.B, func(e frame.Ethernet) []frame.Ethernet {
			from, ok := peer.Asks(e, b)
			if !ok || len(e.VLANs) != 1 || e.VLANs[0].ID != 100 {
				return nil
			}
			r := peer.Advertise(e, from, b, frametest.MACB, false)
			r.VLANs = []frame.VLAN{{ID: tt.answers}}
			return []frame.Ethernet{r}
		})
		c := p.B.Capture(t)
		cmd := netkmsg(t, p.A, "--vlan", "100", "--from", file(t, records(0, 1)), tt.config).run(0)
		got, err := c.Wait(limit, isLog)
		if err != nil {
			t.Fatal(err)
		}
		x, _ := got.Frame()
		if x.NumVLAN() != 1 || x.VLAN(0).ID != 100 || x.Target.MAC != tt.target || string(x.Payload) != record(0) {
			t.Errorf("%s: %v", tt.config, got)
		}
		if !strings.Contains(cmd.diag.String(), tt.messages) {
			t.Errorf("%s: no %q in\n%s", tt.config, tt.messages, cmd.diag)
		}
	}
}

// TestGateway: a host without route is told of its router.
func TestGateway(t *testing.T) {
	for config, router := range map[string]string{
		"+@192.0.2.1/,@198.51.100.9/auto":         "192.0.2.2",
		"+@2001:db8:1::1/,@2001:db8:2::9/auto":    "fe80::b",
		"+@2001:db8:1::1/eth0,@2001:db8:9::/auto": "2001:db8:1::b",
	} {
		p := frametest.NewPair(t, frametest.B(frametest.Device{Addrs: []string{"192.0.2.2/24", "fe80::b/64", "2001:db8:1::b/64"}}))
		c := p.B.Capture(t)
		cmd := netkmsg(t, p.A, "--gateway", router, "--from", file(t, records(0, 1)), config).run(0)
		got, err := c.Wait(limit, isLog)
		if err != nil {
			t.Fatal(err)
		}
		if x, _ := got.Frame(); x.Target.MAC != frametest.MACB || !strings.Contains(cmd.diag.String(), `"gateway":"`+router+`"`) {
			t.Errorf("%s: to %v\n%s", config, x.Target.MAC, cmd.diag)
		}
	}
}

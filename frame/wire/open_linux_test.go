package wire_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

func TestOpen(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Name: "lan0", Down: true}))
	tests := []struct{ dev, err string }{
		{dev: "lan0"},
		{dev: "lo"},
		{dev: "02:00:00:00:00:0a"},
		{dev: "02:00:00:00:00:0A"},
		{dev: "eth0", err: "look up eth0: no such device (have: lo, lan0)"},
		{dev: "", err: `look up "": no such device (have: lo, lan0)`},
		{dev: "lan", err: "look up lan: no such device (have: lo, lan0)"},
		{dev: "sixteen-letters-", err: "look up sixteen-letters-: no such device (have: lo, lan0)"},
		{dev: "02:00:00:00:00:0b", err: "look up 02:00:00:00:00:0b: no such device (have: lo, lan0)"},
		{dev: "00:00:00:00:00:00", err: "look up 00:00:00:00:00:00: no such device (have: lo, lan0)"}, // lo is not Ethernet
		{dev: "ff:ff:ff:ff:ff:ff", err: "look up ff:ff:ff:ff:ff:ff: no such device (have: lo, lan0)"},
		{dev: "lan0:1", err: `look up lan0:1: parse MAC address "lan0:1"`},
	}
	for _, tt := range tests {
		err := p.A.Do(func() error {
			c, err := wire.Open(tt.dev, wire.Options{})
			if err != nil {
				return err
			}
			defer c.Close()
			if name := c.Name(); name != "lan0" && name != "lo" {
				t.Errorf("open %s: name %q", tt.dev, name)
			}
			if c.Name() == "lan0" && c.Index() != p.A.Index() {
				t.Errorf("open %s: index %d, want %d", tt.dev, c.Index(), p.A.Index())
			}
			return nil
		})
		if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.err)) {
			t.Errorf("open %s: %v, want %s", tt.dev, err, tt.err)
		}
		if strings.Contains(tt.err, "no such device") && !wire.Gone(err) {
			t.Errorf("open %s: %v is not Gone", tt.dev, err)
		}
	}
}

func TestAltName(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	if out, err := p.A.Command(ip, "link", "property", "add", "dev", "eth0", "altname", "uplink").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	err := p.A.Do(func() error {
		c, err := wire.Open("uplink", wire.Options{})
		if err == nil && c.Name() != "eth0" {
			t.Errorf("name %s", c.Name())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCapabilities opens and sends with exactly the capabilities given.
func TestCapabilities(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := frametest.NewPair(t)
	run := func(dev string, caps ...uintptr) (string, error) {
		c := p.A.Command(exe).Capabilities(caps...)
		c.Env = append(os.Environ(), "WIRE_TEST_OPEN="+dev)
		out, err := c.Output()
		return string(out), err
	}
	capture := p.B.Capture(t)
	if out, err := run("eth0", unix.CAP_NET_RAW); err != nil {
		t.Errorf("with CAP_NET_RAW: %v: %s", err, out)
	}
	capture.Expect(limit, sample(1))

	want := "open packet socket on eth0: operation not permitted (needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep)"
	for _, caps := range [][]uintptr{nil, {unix.CAP_NET_ADMIN, unix.CAP_SYS_ADMIN}} {
		if out, err := run("eth0", caps...); err == nil || out != want {
			t.Errorf("with %v: %v\ngot  %s\nwant %s", caps, err, out, want)
		}
	}
	if out, _ := run("eth7"); out != "look up eth7: no such device (have: lo, eth0)" {
		t.Errorf("missing device without privilege: %s", out)
	}
}

func TestMAC(t *testing.T) {
	p := frametest.NewPair(t)
	c := open(t, p.A, wire.Options{})
	check := func(want frame.MAC) {
		t.Helper()
		if got, err := c.MAC(); got != want || err != nil {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
	check(frametest.MACA)
	p.A.SetMAC(frame.MAC{2, 0, 0, 0, 0xff, 0x0c})
	check(frame.MAC{2, 0, 0, 0, 0xff, 0x0c})
	p.A.Rename("wan0")
	p.A.SetMAC(frame.MAC{2, 0, 0, 0, 0, 0x0d})
	check(frame.MAC{2, 0, 0, 0, 0, 0x0d})
	p.A.SetDown()
	check(frame.MAC{2, 0, 0, 0, 0, 0x0d})

	// A device of the old name is not ours.
	p.A.Enslave("eth0")
	check(frame.MAC{2, 0, 0, 0, 0, 0x0d})
	if mtu, err := c.MTU(); mtu != 1500 || err != nil {
		t.Errorf("mtu %d, %v", mtu, err)
	}
	p.A.SetMTU(1400)
	if mtu, err := c.MTU(); mtu != 1400 || err != nil {
		t.Errorf("mtu %d, %v", mtu, err)
	}
	c.Close()
	if _, err := c.MAC(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := c.MTU(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

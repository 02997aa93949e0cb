package netpoll_test

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netpoll"
)

func TestOpen(t *testing.T) {
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	port := open(t, p.A, netpoll.Options{})
	if port.Name() != "eth0" || port.MAC() != frametest.MACA || port.Local() != source6 {
		t.Errorf("%s, %v, %v", port.Name(), port.MAC(), port.Local())
	}
	port.log.expect(t, `msg="the kernel's netconsole would refuse this device; sending all the same" why="veth has no support for polling"`)
	if strings.Contains(port.log.String(), "carrier") {
		t.Errorf("there is a carrier:\n%s", port.log)
	}
	port.works(t, c)
}

func TestOpenByMAC(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Name: "lan7"}))
	c := p.B.Capture(t)
	port := openFor(t, p.A, "02:00:00:00:00:0A", source6, remote6, netpoll.Options{})
	if port.Name() != "lan7" {
		t.Errorf("opened %s, want lan7", port.Name())
	}
	port.works(t, c)
}

func TestOpenBridgePort(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.Enslave("br0")
	c := p.B.Capture(t)
	port := open(t, p.A, netpoll.Options{})
	port.log.expect(t, `why="it is a port of br0"`)
	port.works(t, c)
}

// TestOpenFollowsMAC changes the device's address while it is open.
func TestOpenFollowsMAC(t *testing.T) {
	p := frametest.NewPair(t)
	port := open(t, p.A, netpoll.Options{})
	mac := frame.MAC{2, 0, 0, 0, 0, 0x77}
	p.A.SetMAC(mac)
	if got := port.MAC(); got != mac {
		t.Errorf("MAC %v, want %v", got, mac)
	}
}

func TestOpenMissing(t *testing.T) {
	p := frametest.NewPair(t)
	for dev, want := range map[string]string{
		"eth7":              "look up eth7: no such device (have: lo, eth0)",
		"02:00:00:00:00:77": "look up 02:00:00:00:00:77: no such device (have: lo, eth0)",
	} {
		_, err := try(context.Background(), p.A, dev, source6, remote6, netpoll.Options{})
		if err == nil || err.Error() != want || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestOpenLoopback is for trying things out on one host.
func TestOpenLoopback(t *testing.T) {
	p := frametest.NewPair(t)
	one := netip.MustParseAddr("::1")
	port := openFor(t, p.A, "lo", one, one, netpoll.Options{})
	if port.MAC() != (frame.MAC{}) {
		t.Errorf("MAC %v, want none", port.MAC())
	}
	if n, err := port.Send([][]byte{built(t, "x")}); n != 1 || err != nil {
		t.Errorf("%d sent, %v", n, err)
	}
}

// TestOpenTunnel has a device whose frames are not Ethernet's.
func TestOpenTunnel(t *testing.T) {
	p := frametest.NewPair(t)
	out, err := p.A.Command(frametest.RequireTool(t, "ip"), "tuntap", "add", "dev", "tun0", "mode", "tun").CombinedOutput()
	frametest.Require(t, err == nil, "tun devices: "+string(out))
	_, err = try(context.Background(), p.A, "tun0", source6, remote6, netpoll.Options{})
	if want := "open tun0: not an Ethernet device, frames for it have another form (name the device below or above it)"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

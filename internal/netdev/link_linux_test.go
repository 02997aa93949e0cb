package netdev_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
)

// limit is how long anything may take that takes no time.
const limit = 10 * time.Second

func TestMain(m *testing.M) {
	if os.Getenv("NETDEV_TEST") == "set up" {
		l, err := netdev.Lookup("eth0")
		fmt.Print(l.Name, ": ", errors.Join(err, netdev.SetUp(l.Index)))
		os.Exit(0)
	}
	frametest.Main(m)
}

// in runs fn inside an end's namespace.
func in(t *testing.T, e *frametest.End, fn func() error) {
	t.Helper()
	if err := e.Do(fn); err != nil {
		t.Fatal(err)
	}
}

func lookup(t *testing.T, e *frametest.End, name string) (l netdev.Link) {
	t.Helper()
	in(t, e, func() (err error) { l, err = netdev.Lookup(name); return err })
	return l
}

func TestLink(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Name: "lan0", MTU: 1400}))
	want := netdev.Link{
		Index: p.A.Index(), Name: "lan0", MAC: frametest.MACA, Up: true, Carrier: true, MTU: 1400, Kind: "veth", Ethernet: true,
	}
	check := func() {
		t.Helper()
		in(t, p.A, func() error {
			byName, err1 := netdev.Lookup(want.Name)
			byMAC, err2 := netdev.ByMAC(want.MAC)
			byIndex, err3 := netdev.ByIndex(want.Index)
			all, err4 := netdev.Links()
			for _, got := range []netdev.Link{byName, byMAC, byIndex} {
				if got != want {
					t.Errorf("got  %+v\nwant %+v", got, want)
				}
			}
			if !slices.Contains(all, want) {
				t.Errorf("want %+v among %+v", want, all)
			}
			return errors.Join(err1, err2, err3, err4)
		})
	}
	check()
	p.B.SetDown()
	want.Carrier = false
	check()
	p.A.SetDown()
	want.Up = false
	check()
	p.B.SetUp()
	check()
	p.A.SetUp()
	want.Up, want.Carrier = true, true
	check()
	p.A.Rename("wan0")
	p.A.SetMAC(frame.MAC{0xfe, 1, 2, 3, 4, 5})
	want.Name, want.MAC = "wan0", frame.MAC{0xfe, 1, 2, 3, 4, 5}
	check()

	if lo := lookup(t, p.A, "lo"); lo.Ethernet || lo.MAC != (frame.MAC{}) || lo.Up || lo.Index != 1 {
		t.Errorf("lo: %+v", lo)
	}
}

func TestMaster(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.Enslave("br0")
	br, port := lookup(t, p.A, "br0"), lookup(t, p.A, "eth0")
	if br.Kind != "bridge" || !br.Ethernet || br.Master != 0 || br.MasterName != "" {
		t.Errorf("bridge: %+v", br)
	}
	if port.Master != br.Index || port.MasterName != "br0" {
		t.Errorf("port: %+v", port)
	}
	in(t, p.A, func() error {
		links, err := netdev.Links()
		if err == nil && !slices.Contains(links, port) {
			t.Errorf("want %+v among %+v", port, links)
		}
		// The bridge takes its port's address, and the port is the older device.
		byMAC, err2 := netdev.ByMAC(frametest.MACA)
		if byMAC != port {
			t.Errorf("by MAC: %+v", byMAC)
		}
		err3 := build.SetMaster(port.Index, 0)
		free, err4 := netdev.ByIndex(port.Index)
		if free.Master != 0 {
			t.Errorf("released: %+v", free)
		}
		return errors.Join(err, err2, err3, err4)
	})
}

// TestBridgeMACs has several devices of one address, of which the first counts.
func TestByMAC(t *testing.T) {
	p := frametest.NewPair(t)
	in(t, p.A, func() error {
		for _, name := range []string{"br1", "br0"} {
			if err := build.AddBridge(name); err != nil {
				return err
			}
			l, err := netdev.Lookup(name)
			if err == nil {
				err = build.SetMAC(l.Index, frame.MAC{2, 7})
			}
			if err != nil {
				return err
			}
		}
		l, err := netdev.ByMAC(frame.MAC{2, 7})
		if l.Name != "br1" {
			t.Errorf("got %+v, want br1", l)
		}
		return err
	})
}

func TestAltName(t *testing.T) {
	ip := frametest.RequireTool(t, "ip")
	p := frametest.NewPair(t)
	for _, name := range []string{"uplink", "a-name-longer-than-fifteen-letters", strings.Repeat("x", 127)} {
		if out, err := p.A.Command(ip, "link", "property", "add", "dev", "eth0", "altname", name).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if l := lookup(t, p.A, name); l.Name != "eth0" || l.Index != p.A.Index() {
			t.Errorf("%s is %+v", name, l)
		}
	}
}

func TestMissing(t *testing.T) {
	p := frametest.NewPair(t)
	look := func(name string) func() error {
		return func() error { _, err := netdev.Lookup(name); return err }
	}
	byMAC := func(m frame.MAC) func() error {
		return func() error { _, err := netdev.ByMAC(m); return err }
	}
	tests := []struct {
		do   func() error
		want string
	}{
		{look("eth7"), "look up eth7: no such device (have: lo, eth0)"},
		{look(""), `look up "": no such device (have: lo, eth0)`},
		{look("eth0:1"), "look up eth0:1: no such device (have: lo, eth0)"},
		{look("exactly-sixteen-"), "look up exactly-sixteen-: no such device (have: lo, eth0)"},
		{look(strings.Repeat("x", 127)), "look up " + strings.Repeat("x", 127) + ": no such device (have: lo, eth0)"},
		{look(strings.Repeat("x", 300)), "look up " + strings.Repeat("x", 300) + ": no such device (have: lo, eth0)"},
		{byMAC(frametest.MACB), "look up 02:00:00:00:00:0b: no such device (have: lo, eth0)"},
		{byMAC(frame.MAC{}), "look up 00:00:00:00:00:00: no such device (have: lo, eth0)"},
		{byMAC(frame.Broadcast), "look up ff:ff:ff:ff:ff:ff: no such device (have: lo, eth0)"},
		{func() error { _, err := netdev.ByIndex(4711); return err }, "look up device 4711: no such device"},
		{func() error { return netdev.SetUp(4711) }, "bring up device 4711: no such device"},
		{func() error { return netdev.SetDown(4711) }, "take down device 4711: no such device"},
		{func() error { return build.Delete(4711) }, "delete device 4711: no such device"},
		{func() error { return build.SetMTU(4711, 1500) }, "set the mtu of device 4711: no such device"},
	}
	for _, tt := range tests {
		err := p.A.Do(tt.do)
		if err == nil || err.Error() != tt.want || !errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
	in(t, p.A, func() error {
		for i := range 9 {
			if err := build.AddBridge(fmt.Sprint("br", i)); err != nil {
				return err
			}
		}
		_, err := netdev.Lookup("eth7")
		if want := "look up eth7: no such device (have: lo, eth0, br0, br1, br2, br3, br4, br5, …)"; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		return nil
	})
}

func TestRefused(t *testing.T) {
	p := frametest.NewPair(t)
	tests := []struct {
		do   func() error
		want string
		is   error
	}{
		{func() error { return build.AddBridge("eth0") }, "add bridge eth0: file exists", os.ErrExist},
		{func() error { return build.Delete(1) }, "delete lo: operation not supported", syscall.EOPNOTSUPP},
		{func() error { return build.SetMTU(p.A.Index(), 70000) }, "set the mtu of eth0: invalid argument", syscall.EINVAL},
		{func() error { return build.SetQdisc(p.A.Index(), "no-such") },
			"set the qdisc of eth0: no such file or directory", os.ErrNotExist},
	}
	for _, tt := range tests {
		if err := p.A.Do(tt.do); err == nil || err.Error() != tt.want || !errors.Is(err, tt.is) {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}

	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := p.A.Command(exe).Capabilities()
	c.Env = append(os.Environ(), "NETDEV_TEST=set up")
	out, err := c.Output()
	const want = "eth0: bring up eth0: operation not permitted (needs CAP_NET_ADMIN: run as root)"
	if err != nil || string(out) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, out, want)
	}
}

// TestSetUp brings a device up that was down, without waiting for a carrier that does not come.
func TestSetUp(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Down: true}), frametest.B(frametest.Device{Down: true}))
	for range 2 {
		in(t, p.A, func() error { return netdev.SetUp(p.A.Index()) })
		if l := lookup(t, p.A, "eth0"); !l.Up || l.Carrier {
			t.Errorf("%+v", l)
		}
	}
	in(t, p.A, func() error { return netdev.SetDown(p.A.Index()) })
	if l := lookup(t, p.A, "eth0"); l.Up {
		t.Errorf("%+v", l)
	}
}

// TestAsOthersSee compares with the standard library.
func TestAsOthersSee(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.Enslave("br0")
	in(t, p.A, func() error {
		links, err := netdev.Links()
		ifis, err2 := net.Interfaces()
		if len(links) != len(ifis) {
			t.Fatalf("%d links, %d interfaces", len(links), len(ifis))
		}
		for i, l := range links {
			n := ifis[i]
			mac, _ := frame.MACFrom(n.HardwareAddr)
			if l.Index != n.Index || l.Name != n.Name || l.MTU != n.MTU || l.MAC != mac || l.Up != (n.Flags&net.FlagUp != 0) {
				t.Errorf("%+v is not %+v", l, n)
			}
		}
		return errors.Join(err, err2)
	})
}

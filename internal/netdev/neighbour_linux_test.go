package netdev_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
)

// ip runs a command of iproute2 at an end.
func ip(t *testing.T, e *frametest.End, args string) {
	t.Helper()
	out, err := e.Command(frametest.RequireTool(t, "ip"), strings.Fields(args)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ip %s: %v\n%s", args, err, out)
	}
}

// TestRouteTo has a route of each kind.
func TestRouteTo(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.7/24", "2001:db8:1::7/64"}}))
	ip(t, p.A, "route add default via 192.0.2.1")
	ip(t, p.A, "-6 route add default via fe80::1 dev eth0 proto ra")
	ip(t, p.A, "-6 route add 2001:db8:2::/64 proto static nexthop via fe80::2 dev eth0 nexthop via fe80::3 dev eth0")
	for _, kind := range []string{"blackhole", "unreachable", "prohibit"} {
		n := map[string]string{"blackhole": "3", "unreachable": "4", "prohibit": "5"}[kind]
		ip(t, p.A, "route add "+kind+" 203.0.113."+n+"/32")
		ip(t, p.A, "-6 route add "+kind+" 2001:db8:"+n+"::/64")
	}
	for _, tt := range []struct{ to, gateway, prefix, origin string }{
		{"192.0.2.9", "", "192.0.2.0/24", "kernel"},
		{"198.51.100.1", "192.0.2.1", "0.0.0.0/0", "boot"},
		{"2001:db8:1::9", "", "2001:db8:1::/64", "kernel"},
		{"2001:db8:9::9", "fe80::1", "::/0", "ra"},
		{"2001:db8:2::9", "fe80::", "2001:db8:2::/64", "static"},
	} {
		for _, index := range []int{0, p.A.Index()} {
			var r netdev.Route
			err := p.A.Do(func() (err error) {
				r, err = netdev.RouteTo(netip.MustParseAddr(tt.to), index)
				return err
			})
			gateway := ""
			if r.Gateway.IsValid() {
				gateway = r.Gateway.String()
			}
			if err != nil || r.Device != p.A.Index() || !strings.HasPrefix(gateway, tt.gateway) || (gateway == "") != (tt.gateway == "") ||
				r.Prefix.String() != tt.prefix || r.Origin != tt.origin {
				t.Errorf("%s by %d: %+v, %v", tt.to, index, r, err)
			}
		}
	}
	for to, want := range map[string]string{
		"203.0.113.3": "blackhole", "203.0.113.4": "unreachable", "203.0.113.5": "prohibit",
		"2001:db8:3::1": "blackhole", "2001:db8:4::1": "unreachable", "2001:db8:5::1": "prohibit",
	} {
		err := p.A.Do(func() error {
			_, err := netdev.RouteTo(netip.MustParseAddr(to), 0)
			return err
		})
		if got, ok := netdev.Forbids(err); got != want || !ok {
			t.Errorf("%s: %q, %v, want %q", to, got, err, want)
		}
	}
	// B has no route at all.
	for _, to := range []string{"192.0.2.9", "2001:db8::1"} {
		for _, index := range []int{0, p.B.Index()} {
			err := p.B.Do(func() error {
				_, err := netdev.RouteTo(netip.MustParseAddr(to), index)
				return err
			})
			if !errors.Is(err, netdev.ErrNoRoute) {
				t.Errorf("%s by %d: %v, want no route", to, index, err)
			}
		}
	}
}

func TestNeighbours(t *testing.T) {
	p := frametest.NewPair(t)
	ip(t, p.A, "neigh add fe80::b lladdr 02:00:00:00:00:0b dev eth0 nud permanent")
	ip(t, p.A, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:0c dev eth0 nud stale")
	for family, want := range map[int]netdev.Neighbour{
		unix.AF_INET6: {Addr: netip.MustParseAddr("fe80::b"), MAC: frametest.MACB, State: "permanent"},
		unix.AF_INET:  {Addr: netip.MustParseAddr("192.0.2.9"), MAC: [6]byte{2, 5: 0x0c}, State: "stale"},
	} {
		var got []netdev.Neighbour
		err := p.A.Do(func() (err error) { got, err = netdev.Neighbours(p.A.Index(), family); return err })
		n := 0
		for _, x := range got {
			if x == want {
				n++
			}
		}
		if err != nil || n != 1 {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}
}

func TestAddressStates(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"2001:db8::7/64", "192.0.2.7/25"}}))
	ip(t, p.A, "addr add 2001:db8::8/64 dev eth0 nodad valid_lft 1000 preferred_lft 0")
	var six, four []netdev.Address
	err := p.A.Do(func() (err error) {
		if six, err = netdev.AddressStates(p.A.Index(), unix.AF_INET6); err == nil {
			four, err = netdev.AddressStates(p.A.Index(), unix.AF_INET)
		}
		return err
	})
	if err != nil || len(six) != 2 || len(four) != 1 {
		t.Fatalf("%+v, %+v, %v", six, four, err)
	}
	for _, a := range append(six, four...) {
		old := a.Addr() == netip.MustParseAddr("2001:db8::8")
		if a.Tentative || a.Temporary || a.Deprecated != old || a.Dynamic != old {
			t.Errorf("%+v", a)
		}
	}
	if four[0].Prefix != netip.MustParsePrefix("192.0.2.7/25") {
		t.Errorf("%+v", four)
	}
}

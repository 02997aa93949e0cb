package netpoll_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netpoll"
)

const (
	noAddress  = `level=WARN msg="no suitable IPv6 address, using the link-local one of the device's MAC address" source=fe80::ff:fe00:a`
	noAddress4 = "choose a source address on eth0: it has no IPv4 address (give one: 6665@ADDRESS/eth0,…; any will do that the receiver does not filter)"
)

// TestSource chooses the source address as netpoll does, which of several in
// the kernel's order is tested in netdev.
func TestSource(t *testing.T) {
	tests := []struct {
		name   string
		addrs  []string
		local  string // given in CONFIG
		remote string
		want   string
		says   string
	}{
		{"given", []string{"fe80::1/64"}, "fe80::99", "fe80::b", "fe80::99", ""},
		{"IPv6 link-local", []string{"2001:db8::1/64", "fe80::1/64"}, "", "fe80::b", "fe80::1", ""},
		{"IPv6 global", []string{"2001:db8::1/64", "fe80::1/64"}, "", "2001:db8:7::1", "2001:db8::1", ""},
		{"multicast of the link", []string{"2001:db8::1/64", "fe80::1/64"}, "", "ff02::1", "fe80::1", ""},
		{"IPv4", []string{"192.0.2.1/24", "198.51.100.1/24"}, "", "198.51.100.7", "192.0.2.1", ""},
		{"no address at all", nil, "", "fe80::b", "fe80::ff:fe00:a", noAddress},
		{"IPv4 is no IPv6", []string{"192.0.2.1/24"}, "", "2001:db8::b", "fe80::ff:fe00:a", noAddress},
		{"link-local is not global", []string{"fe80::1/64"}, "", "2001:db8::b", "fe80::ff:fe00:a", noAddress},
		{"global is not link-local", []string{"2001:db8::1/64"}, "", "fe80::b", "fe80::ff:fe00:a", noAddress},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: tt.addrs}))
			var local netip.Addr
			if tt.local != "" {
				local = netip.MustParseAddr(tt.local)
			}
			remote := netip.MustParseAddr(tt.remote)
			port := openFor(t, p.A, "eth0", local, remote, netpoll.Options{})
			if got := port.Local(); got != netip.MustParseAddr(tt.want) {
				t.Errorf("%v, want %s", got, tt.want)
			}
			if said := strings.Contains(port.log.String(), "no suitable"); said != (tt.says != "") || !strings.Contains(port.log.String(), tt.says) {
				t.Errorf("messages\n%swant %q", port.log, tt.says)
			}
			standIn(t, p.A, remote, tt.local, tt.want)
		})
	}
}

// standIn must choose the same without touching the device.
func standIn(t *testing.T, e *frametest.End, remote netip.Addr, local, want string) {
	t.Helper()
	log := new(diary)
	var chosen netip.Addr
	err := e.Do(func() error {
		link, a, err := netpoll.StandIn("eth0", remote, log.logger())
		if link.MAC != frametest.MACA {
			t.Errorf("stand-in's MAC %v, want %v", link.MAC, frametest.MACA)
		}
		chosen = a
		return err
	})
	if err != nil || local == "" && chosen != netip.MustParseAddr(want) {
		t.Errorf("stand-in: %v, %v, want %s", chosen, err, want)
	}
}

func TestSourceNone(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"fe80::1/64"}}))
	remote := netip.MustParseAddr("192.0.2.9")
	if _, err := try(context.Background(), p.A, "eth0", netip.Addr{}, remote, netpoll.Options{}); err == nil || err.Error() != noAddress4 {
		t.Errorf("%v, want %s", err, noAddress4)
	}
	err := p.A.Do(func() error {
		link, _, err := netpoll.StandIn("eth0", remote, new(diary).logger())
		if link.MAC != frametest.MACA {
			t.Errorf("the MAC address %v is known, and not told", link.MAC)
		}
		return err
	})
	if err == nil || err.Error() != noAddress4 {
		t.Errorf("stand-in: %v, want %s", err, noAddress4)
	}
}

// TestStandInDown leaves a device down.
func TestStandInDown(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(down))
	err := p.A.Do(func() error {
		link, a, err := netpoll.StandIn("eth0", remote6, new(diary).logger())
		if link.Up || a != netip.MustParseAddr("fe80::ff:fe00:a") {
			t.Errorf("up: %v, address %v", link.Up, a)
		}
		again, _, _ := netpoll.StandIn("eth0", remote6, new(diary).logger())
		if again.Up {
			t.Error("brought up")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

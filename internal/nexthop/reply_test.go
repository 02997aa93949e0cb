package nexthop

import (
	"bytes"
	"net/netip"
	"testing"

	"netkmsg/frame"
)

var (
	asker  = frame.MAC{2, 0, 0, 0, 0, 0x0b}
	holder = frame.MAC{2, 0, 0, 0, 0, 0x0a}
	addr6  = netip.MustParseAddr("fe80::a")
	addr4  = netip.MustParseAddr("192.0.2.1")
)

func asks(t testing.TB, kind uint16, source frame.MAC, payload []byte) []byte {
	t.Helper()
	b, err := frame.Ethernet{Target: frame.Broadcast, Source: source, Type: kind, Payload: payload}.Frame()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestReply compares whole answers, byte for byte. That a kernel takes them is shown by the tests of netkmsg test.
func TestReply(t *testing.T) {
	from6, from4 := netip.MustParseAddr("fe80::b"), netip.MustParseAddr("192.0.2.2")
	arpOf := func(a arp) []byte { return asks(t, frame.TypeARP, asker, a.payload()) }
	ns := func(target, source netip.Addr) []byte {
		return asks(t, frame.TypeIPv6, asker, solicitation(target, source, asker).payload())
	}
	request := arp{op: arpRequest, senderMAC: asker, sender: from4, target: addr4}
	probe, reply, other := request, request, request
	probe.sender, reply.op, other.target = netip.IPv4Unspecified(), arpReply, from4
	for _, tt := range []struct {
		name string
		b    []byte
		addr netip.Addr
		ok   bool
	}{
		{"ARP request", arpOf(request), addr4, true},
		{"ARP probe", arpOf(probe), addr4, false},
		{"ARP reply", arpOf(reply), addr4, false},
		{"ARP for another", arpOf(other), addr4, false},
		{"ARP, IPv6 wanted", arpOf(request), addr6, false},
		{"solicitation", ns(addr6, from6), addr6, true},
		{"probe", ns(addr6, netip.IPv6Unspecified()), addr6, false},
		{"solicitation for another", ns(from6, from6), addr6, false},
		{"advertisement", asks(t, frame.TypeIPv6, asker, packet6{from6, addr6, append([]byte{typeNA, 0, 0, 0, 0x60, 0, 0, 0}, addr6.AsSlice()...)}.payload()), addr6, false},
		{"our own", asks(t, frame.TypeARP, holder, request.payload()), addr4, false},
		{"nothing", nil, addr4, false},
	} {
		got, ok := Reply(tt.b, false, tt.addr, holder)
		if ok != tt.ok {
			t.Errorf("%s: %v", tt.name, ok)
		}
		if !ok {
			continue
		}
		e, _ := frame.ParseEthernet(got)
		if e.Target != asker || e.Source != holder {
			t.Errorf("%s: from %v to %v", tt.name, e.Source, e.Target)
		}
		if p, is := parseARP(e.Payload); tt.addr.Is4() && (!is || p != arp{arpReply, holder, addr4, asker, from4}) {
			t.Errorf("%s: %+v", tt.name, p)
		}
		if p, _ := parseNDP(e.Payload, false); tt.addr.Is6() {
			n, is := parseNA(p)
			if !is || p.source != addr6 || p.target != from6 || n != (neighbour{addr: addr6, mac: holder, solicited: true}) {
				t.Errorf("%s: %+v %+v", tt.name, p, n)
			}
		}
	}
}

// FuzzReply: an answer is never one that would be answered, and goes to who asked.
func FuzzReply(f *testing.F) {
	f.Add(asks(f, frame.TypeARP, asker, arp{op: arpRequest, senderMAC: asker, sender: addr4.Next(), target: addr4}.payload()))
	f.Add(asks(f, frame.TypeIPv6, asker, solicitation(addr6, addr6.Next(), asker).payload()))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, addr := range []netip.Addr{addr4, addr6} {
			got, ok := Reply(b, false, addr, holder)
			if !ok {
				continue
			}
			if !bytes.Equal(got[:6], b[6:12]) {
				t.Fatalf("%x answers %x", got, b)
			}
			if _, again := Reply(got, false, addr, asker); again {
				t.Fatalf("%x would be answered", got)
			}
		}
	})
}

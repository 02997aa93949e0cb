package nexthop

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
)

// onEth0 is what the kernel of a host with one address knows, which has no route.
func onEth0(addr string) Kernel {
	return Kernel{
		Link:     netdev.Link{Name: "eth0", MAC: macA, Up: true, Carrier: true, Ethernet: true},
		Addrs:    []netdev.Address{{Prefix: netip.MustParsePrefix(addr)}},
		RouteErr: netdev.ErrNoRoute,
	}
}

// by is k with a default route.
func by(k Kernel, gateway string) Kernel {
	k.Route, k.RouteErr = netdev.Route{Gateway: four(gateway), Prefix: netip.MustParsePrefix("::/0"), Origin: "static"}, nil
	return k
}

func told(addr netip.Addr, mac frame.MAC) Answer {
	return Answer{Addr: addr, MAC: mac, Asked: true, Override: true}
}

// TestDecide has what is known, and what is to follow.
func TestDecide(t *testing.T) {
	host := onEth0("2001:db8:1::a/64")
	near := four("2001:db8:1::9")
	main := Router{Addr: addrR, MAC: macR, Lifetime: time.Hour}
	low := Router{Addr: four("fe80::2"), MAC: macB, Lifetime: time.Hour, Preference: -1}
	ended := Router{Addr: four("fe80::3"), MAC: macB}
	tells := Router{Addr: addrR, MAC: macR, Lifetime: time.Hour, Prefixes: []Prefix{{netip.MustParsePrefix("2001:db8:9::/64"), true, true}}}
	remembers := func(k Kernel, addr, state string) Kernel {
		k.Neighbours = []netdev.Neighbour{{Addr: four(addr), MAC: macB, State: state}}
		return k
	}
	noCarrier := host
	noCarrier.Link.Carrier = false
	for _, tt := range []struct {
		name   string
		target netip.Addr
		k      Kernel
		h      Heard
		mac    frame.MAC
		via    string
		doubts []DoubtKind
	}{
		{"nothing", near, host, Heard{}, frame.MAC{}, "", nil},
		{"it answers", near, host, Heard{Answers: []Answer{told(near, macB)}}, macB, "", nil},
		{"it answers, though far", far, by(host, "fe80::1"), Heard{Answers: []Answer{told(addrR, macR), told(far, macB)}}, macB, "", nil},
		{"it answers in a VLAN", near, host, Heard{Answers: []Answer{{Addr: near, MAC: macB, Tag: 5}}}, frame.MAC{}, "", nil},
		{"a proxy and its holder", near, host, Heard{Answers: []Answer{{Addr: near, MAC: macR, Asked: true}, told(near, macB)}}, macB, "", []DoubtKind{DuplicateTarget}},
		{"a proxy", near, host, Heard{Answers: []Answer{{Addr: near, MAC: macR, Asked: true}}}, macR, "", []DoubtKind{Proxy}},
		{"a router as proxy", near, host, Heard{Answers: []Answer{told(near, macR)}, Routers: []Router{main}}, macR, "", []DoubtKind{Proxy}},
		{"gateway", far, by(host, "fe80::1"), Heard{Answers: []Answer{told(addrR, macR)}}, macR, "fe80::1", nil},
		{"gateway silent, a router", far, by(host, "fe80::7"), Heard{Routers: []Router{main}}, macR, "fe80::1", nil},
		{"gateway silent, remembered", far, remembers(by(host, "fe80::7"), "fe80::7", "stale"), Heard{}, macB, "fe80::7", []DoubtKind{Remembered}},
		{"gateway failed", far, remembers(by(host, "fe80::7"), "fe80::7", "failed"), Heard{}, frame.MAC{}, "", nil},
		{"routers", far, host, Heard{Routers: []Router{ended, low, main}}, macR, "fe80::1", nil},
		{"no default router", far, host, Heard{Routers: []Router{ended}}, frame.MAC{}, "", nil},
		{"on-link by the router, silent", far, host, Heard{Routers: []Router{tells}}, frame.MAC{}, "", nil},
		{"near, silent, a router", near, host, Heard{Routers: []Router{main}}, frame.MAC{}, "", nil},
		{"near, remembered", near, remembers(host, "2001:db8:1::9", "reachable"), Heard{Routers: []Router{main}}, macB, "", []DoubtKind{Remembered}},
		{"link-local source", far, onEth0("fe80::a/64"), Heard{Routers: []Router{main}}, macR, "fe80::1", []DoubtKind{StrayedSource}},
		{"IPv4, a router of IPv6", four("192.0.2.9"), onEth0("198.51.100.1/24"), Heard{Routers: []Router{main}}, frame.MAC{}, "", nil},
		{"group", four("ff02::1"), onEth0("fe80::a/64"), Heard{}, frame.MAC{0x33, 0x33, 5: 1}, "", nil},
		{"our address is another's", near, host, Heard{Answers: []Answer{told(near, macB), told(four("2001:db8:1::a"), macR)}}, macB, "", []DoubtKind{DuplicateSource}},
		{"no carrier", near, noCarrier, Heard{}, frame.MAC{}, "", []DoubtKind{NoCarrier}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Decide(Question{Device: "eth0", Target: tt.target}, tt.k, tt.h, 2*time.Second)
			via := ""
			if r.Via.IsValid() {
				via = r.Via.String()
			}
			var doubts []DoubtKind
			for _, d := range r.Doubts {
				doubts = append(doubts, d.Kind)
			}
			if r.MAC != tt.mac || via != tt.via || !slices.Equal(doubts, tt.doubts) || (r.How == "") != (r.MAC == frame.MAC{}) {
				t.Errorf("%v via %q (%s), doubts %v; want %v via %q, %v", r.MAC, via, r.How, doubts, tt.mac, tt.via, tt.doubts)
			}
			if len(r.Facts()) < 3 {
				t.Errorf("facts %+v", r.Facts())
			}
		})
	}
}

// TestUnknown says what to do.
func TestUnknown(t *testing.T) {
	direct := onEth0("198.51.100.1/24")
	for _, tt := range []struct {
		k            Kernel
		target, want string
	}{
		{direct, "192.0.2.9", "nobody answers (3 ARP requests in 2.0 s): if it is behind a router, name that one (send --gateway), or resolve its address instead"},
		{by(direct, "198.51.100.254"), "192.0.2.9", "nobody answers (3 ARP requests in 2.0 s), nor does the gateway 198.51.100.254: if it is behind a router, name that one (send --gateway), or resolve its address instead, if it is another"},
		{direct, "198.51.100.9", "nobody answers (3 ARP requests in 2.0 s): is it up, in this VLAN, and does its firewall let these through?"},
	} {
		q := Question{Device: "eth0", Target: four(tt.target)}
		err := error(&UnknownError{Decide(q, tt.k, Heard{Tries: 3}, 2*time.Second)})
		var unknown *UnknownError
		if !errors.As(err, &unknown) || !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
}

// TestOffLink claims only what is known.
func TestOffLink(t *testing.T) {
	for _, tt := range []struct {
		k      Kernel
		target string
		via    string
		off    bool
	}{
		{onEth0("198.51.100.1/24"), "192.0.2.9", "", true},
		{by(onEth0("198.51.100.1/24"), "198.51.100.254"), "192.0.2.9", "198.51.100.254", true},
		{onEth0("198.51.100.1/24"), "198.51.100.9", "", false},
		{onEth0("198.51.100.1/32"), "192.0.2.9", "", false},
		{onEth0("198.51.100.1/24"), "255.255.255.255", "", false},
		{onEth0("2001:db8:1::a/64"), "2001:db8:2::9", "", true},
		{onEth0("fe80::a/64"), "2001:db8:2::9", "", false},
		{by(onEth0("fe80::a/64"), "fe80::fe"), "2001:db8:2::9", "fe80::fe", true},
		{onEth0("2001:db8:1::a/64"), "fe80::9", "", false},
		{onEth0("2001:db8:1::a/64"), "ff02::1", "", false},
		{Kernel{RouteErr: netdev.ErrNoRoute}, "192.0.2.9", "", false},
	} {
		via, off := tt.k.OffLink(four(tt.target))
		if off != tt.off || tt.via != "" && via != four(tt.via) || tt.via == "" && via.IsValid() {
			t.Errorf("%s at %v: %v via %v", tt.target, tt.k.Addrs, off, via)
		}
	}
}

// TestLine names the source address where it would not be found.
func TestLine(t *testing.T) {
	for _, tt := range []struct {
		k      Kernel
		source string
		h      Heard
		want   string
	}{
		{onEth0("2001:db8:1::a/64"), "", Heard{Routers: []Router{{Addr: addrR, MAC: macR, Lifetime: 1}}}, "+1@/eth0,2@2001:db8:9::9/02:00:00:00:00:01"},
		{onEth0("2001:db8:1::a/64"), "2001:db8:1::a", Heard{Routers: []Router{{Addr: addrR, MAC: macR, Lifetime: 1}}}, "+1@2001:db8:1::a/eth0,2@2001:db8:9::9/02:00:00:00:00:01"},
		{onEth0("fe80::a/64"), "", Heard{Routers: []Router{{Addr: addrR, MAC: macR, Lifetime: 1}}}, "+1@fe80::ff:fe00:a/eth0,2@2001:db8:9::9/02:00:00:00:00:01"},
		{onEth0("fe80::a/64"), "", Heard{Routers: []Router{{Addr: addrR, MAC: macR, Lifetime: 1, Prefixes: []Prefix{{netip.MustParsePrefix("2001:db8:1::/64"), true, true}}}}},
			"+1@2001:db8:1::ff:fe00:a/eth0,2@2001:db8:9::9/02:00:00:00:00:01"},
	} {
		q := Question{Device: "eth0", Target: far}
		if tt.source != "" {
			q.Source = four(tt.source)
		}
		if got := Decide(q, tt.k, tt.h, time.Second).Line("+", 1, 2); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

// TestEnough says when waiting is of no use.
func TestEnough(t *testing.T) {
	host := onEth0("2001:db8:1::a/64")
	near := four("2001:db8:1::9")
	router := Heard{Routers: []Router{{Addr: addrR, MAC: macR, Lifetime: time.Hour}}}
	answered := Heard{Answers: []Answer{told(near, macB)}}
	for _, tt := range []struct {
		name       string
		target     netip.Addr
		k          Kernel
		h          Heard
		duplicates bool
		want       time.Duration // the earliest; 0 for never
	}{
		{"silence", near, host, Heard{}, false, 0},
		{"an answer", near, host, answered, false, 1},
		{"an answer, looking for duplicates", near, host, answered, true, 2 * settleTime},
		{"gateway", far, by(host, "fe80::1"), Heard{Answers: []Answer{told(addrR, macR)}}, false, settleTime},
		{"a router", far, host, router, false, routerTime},
		{"a router, and the target is near", near, host, router, false, 0},
	} {
		q := Question{Target: tt.target, Duplicates: tt.duplicates}
		if tt.want > 1 && tt.k.enough(q, tt.h, tt.want-1) {
			t.Errorf("%s: enough too early", tt.name)
		}
		if got := tt.k.enough(q, tt.h, max(tt.want, 1)); got != (tt.want > 0) {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

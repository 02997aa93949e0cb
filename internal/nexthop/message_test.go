package nexthop

import (
	"bytes"
	"encoding/hex"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/mdlayher/ndp"

	"netkmsg/frame"
)

var (
	macA = frame.MAC{2, 0, 0, 0, 0, 0x0a}
	macB = frame.MAC{2, 0, 0, 0, 0, 0x0b}
	macR = frame.MAC{2, 0, 0, 0, 0, 0x01}

	addrA = netip.MustParseAddr("fe80::a")
	addrB = netip.MustParseAddr("fe80::b")
	addrR = netip.MustParseAddr("fe80::1")
	far   = netip.MustParseAddr("2001:db8:9::9")
	any6  = netip.IPv6Unspecified()
	four  = netip.MustParseAddr
)

// lla is a link-layer address option in the library's form.
func lla(d ndp.Direction, m frame.MAC) ndp.Option {
	return &ndp.LinkLayerAddress{Direction: d, Addr: net.HardwareAddr(m[:])}
}

// TestSolicitations are the library's, byte for byte.
func TestSolicitations(t *testing.T) {
	for _, tt := range []struct {
		name string
		got  packet6
		want ndp.Message
	}{
		{"neighbour", solicitation(far, addrA, macA), &ndp.NeighborSolicitation{TargetAddress: far, Options: []ndp.Option{lla(ndp.Source, macA)}}},
		{"probe", solicitation(far, any6, macA), &ndp.NeighborSolicitation{TargetAddress: far}},
		{"router", routerSolicitation(addrA, macA), &ndp.RouterSolicitation{Options: []ndp.Option{lla(ndp.Source, macA)}}},
		{"router, without an address", routerSolicitation(any6, macA), &ndp.RouterSolicitation{}},
	} {
		want, err := ndp.MarshalMessageChecksum(tt.want, tt.got.source, tt.got.target)
		if err != nil {
			t.Fatal(err)
		}
		b := tt.got.payload()
		if got := b[ipv6Len:]; !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %x\nwant %x", tt.name, got, want)
		}
		if b[7] != 255 || netip.AddrFrom16([16]byte(b[8:24])) != tt.got.source {
			t.Errorf("%s: header %x", tt.name, b[:ipv6Len])
		}
	}
	group, err := ndp.SolicitedNodeMulticast(far)
	if got := solicitedNode(far); err != nil || got != group {
		t.Errorf("solicited-node address %v, want %v, %v", got, group, err)
	}
}

func advert(source, target netip.Addr, m ndp.Message) packet6 {
	b, err := ndp.MarshalMessageChecksum(m, source, target)
	if err != nil {
		panic(err)
	}
	return packet6{source, target, b}
}

func na(addr netip.Addr, mac frame.MAC) *ndp.NeighborAdvertisement {
	return &ndp.NeighborAdvertisement{Solicited: true, Override: true, TargetAddress: addr, Options: []ndp.Option{lla(ndp.Target, mac)}}
}

func ra(prefixes ...string) *ndp.RouterAdvertisement {
	m := &ndp.RouterAdvertisement{RouterLifetime: 1800 * time.Second, RouterSelectionPreference: ndp.High,
		Options: []ndp.Option{lla(ndp.Source, macR), ndp.NewMTU(1400)}}
	for _, s := range prefixes {
		p := netip.MustParsePrefix(s)
		m.Options = append(m.Options, &ndp.PrefixInformation{Prefix: p.Addr(), PrefixLength: uint8(p.Bits()), OnLink: true, ValidLifetime: time.Hour})
	}
	return m
}

// TestAdvertisements reads what the library wrote.
func TestAdvertisements(t *testing.T) {
	n, ok := parseNA(advert(addrB, addrA, na(far, macB)))
	if want := (neighbour{addr: far, mac: macB, solicited: true, override: true}); n != want || !ok {
		t.Errorf("%+v, %v, want %+v", n, ok, want)
	}
	r, ok := parseRA(advert(addrR, addrA, ra("2001:db8::/64")))
	want := Router{Addr: addrR, MAC: macR, Lifetime: 1800 * time.Second, Preference: 1, MTU: 1400,
		Prefixes: []Prefix{{netip.MustParsePrefix("2001:db8::/64"), true, false}}}
	if d := cmp.Diff(want, r, cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); d != "" || !ok {
		t.Errorf("%v, -want +got\n%s", ok, d)
	}
}

// TestRefused has messages of which one thing is wrong.
func TestRefused(t *testing.T) {
	good := advert(addrB, addrA, na(far, macB)).payload()
	for name, change := range map[string]func([]byte){
		"routed":       func(b []byte) { b[7] = 254 },
		"code":         func(b []byte) { b[ipv6Len+1] = 1 },
		"checksum":     func(b []byte) { b[ipv6Len+2]++ },
		"target":       func(b []byte) { b[ipv6Len+9]++ },
		"length":       func(b []byte) { b[5]++ },
		"not ICMPv6":   func(b []byte) { b[6] = 17 },
		"not IPv6":     func(b []byte) { b[0] = 0x40 },
		"empty option": func(b []byte) { b[ipv6Len+25] = 0; repair(b) },
		"long option":  func(b []byte) { b[ipv6Len+25] = 2; repair(b) },
		"of a group":   func(b []byte) { b[ipv6Len+8] = 0xff; repair(b) },
		"S to a group": func(b []byte) { copy(b[24:], netip.MustParseAddr("ff02::1").AsSlice()); repair(b) },
	} {
		b := bytes.Clone(good)
		if p, ok := parseNDP(b, false); !ok {
			t.Fatal("the good one is refused")
		} else if _, ok = parseNA(p); !ok {
			t.Fatal("the good one is refused")
		}
		change(b)
		if p, ok := parseNDP(b, false); ok {
			if n, ok := parseNA(p); ok {
				t.Errorf("%s: taken: %+v", name, n)
			}
		}
	}
}

// repair makes the checksum right again.
func repair(b []byte) {
	b[ipv6Len+2], b[ipv6Len+3] = 0, 0
	be.PutUint16(b[ipv6Len+2:], checksum6(b[8:40], b[ipv6Len:]))
}

// TestARP compares with gopacket both ways.
func TestARP(t *testing.T) {
	a := arp{arpRequest, macA, four("192.0.2.1"), frame.MAC{}, four("192.0.2.2")}
	p := gopacket.NewPacket(a.payload(), layers.LayerTypeARP, gopacket.Default)
	l, ok := p.Layer(layers.LayerTypeARP).(*layers.ARP)
	if !ok || l.Operation != 1 || !bytes.Equal(l.SourceHwAddress, macA[:]) || !bytes.Equal(l.SourceProtAddress, []byte{192, 0, 2, 1}) ||
		!bytes.Equal(l.DstProtAddress, []byte{192, 0, 2, 2}) || !bytes.Equal(l.DstHwAddress, make([]byte, 6)) {
		t.Errorf("%+v", l)
	}
	l.Operation = 2
	b := gopacket.NewSerializeBuffer()
	if err := l.SerializeTo(b, gopacket.SerializeOptions{}); err != nil {
		t.Fatal(err)
	}
	a.op = arpReply
	if got, ok := parseARP(append(b.Bytes(), 0, 0, 0)); got != a || !ok {
		t.Errorf("%+v, %v, want %+v", got, ok, a)
	}
	for i, x := range b.Bytes()[:8] {
		bad := bytes.Clone(b.Bytes())
		bad[i] = x + 7
		if got, ok := parseARP(bad); ok {
			t.Errorf("byte %d is %d: %+v", i, x+7, got)
		}
	}
}

func TestGroupMAC(t *testing.T) {
	for addr, want := range map[string]string{
		"ff02::1:ff00:9":  "33:33:ff:00:00:09",
		"239.129.2.3":     "01:00:5e:01:02:03",
		"255.255.255.255": "ff:ff:ff:ff:ff:ff",
		"192.0.2.255":     "",
		"fe80::1":         "",
	} {
		got, ok := GroupMAC(netip.MustParseAddr(addr))
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s: %v, %v, want %q", addr, got, ok, want)
		}
	}
}

// FuzzNDP: whatever the library takes we take alike, apart from what RFC 4861 forbids and it does not look at.
func FuzzNDP(f *testing.F) {
	f.Add(advert(addrB, addrA, na(far, macB)).payload())
	f.Add(advert(addrR, addrA, ra("2001:db8::/64", "2001:db8:1::/64")).payload())
	f.Add(solicitation(far, addrA, macA).payload())
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := parseNDP(b, true)
		if !ok {
			return
		}
		m, err := ndp.ParseMessage(p.message)
		if n, ok := parseNA(p); ok && err == nil {
			l := m.(*ndp.NeighborAdvertisement)
			if l.TargetAddress != n.addr || l.Override != n.override || l.Router != n.router || l.Solicited != n.solicited {
				t.Errorf("%+v, the library reads %+v", n, l)
			}
		}
		if r, ok := parseRA(p); ok && err == nil {
			if l := m.(*ndp.RouterAdvertisement); l.RouterLifetime != r.Lifetime || l.ManagedConfiguration != r.Managed {
				t.Errorf("%+v, the library reads %+v", r, l)
			}
		}
		parseNS(p)
	})
}

// FuzzReceive: no frame harms an Asker, makes it believe in itself, or makes it grow without bound.
func FuzzReceive(f *testing.F) {
	seed := func(e frame.Ethernet) {
		b, err := e.Frame()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	seed(frame.Ethernet{Target: macA, Source: macB, Type: frame.TypeIPv6, Payload: advert(addrB, addrA, na(far, macB)).payload()})
	seed(frame.Ethernet{Target: macA, Source: macR, Type: frame.TypeIPv6, Payload: advert(addrR, addrA, ra("::/0")).payload()})
	seed(frame.Ethernet{Target: macA, Source: macB, Type: frame.TypeARP, Payload: arp{arpReply, macB, four("192.0.2.2"), macA, four("192.0.2.1")}.payload()})
	f.Fuzz(func(t *testing.T, b []byte) {
		a := NewAsker(Query{MAC: macA, Asks: []Ask{{far, addrA}, {four("192.0.2.2"), four("0.0.0.0")}}, Routers: addrA})
		now := time.Unix(0, 0)
		a.Due(now)
		for range 2 {
			a.Receive(now, b, true)
		}
		for _, x := range a.Answers {
			if !x.MAC.IsUnicast() || x.MAC == macA || x.MAC == (frame.MAC{}) {
				t.Errorf("%s: %+v", hex.EncodeToString(b), x)
			}
		}
		if len(a.Answers) > 1 || len(a.Heard.Routers) > 1 {
			t.Errorf("one frame, twice: %+v", a.Heard)
		}
		Decide(Question{Target: far}, Kernel{}, a.Heard, time.Second)
	})
}

package nexthop

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/mdlayher/ndp"

	"netkmsg/frame"
)

var start = time.Unix(1000, 0)

// sent describes the frames that are due, as gopacket reads them.
func sent(t *testing.T, a *Asker, after time.Duration) (all []string) {
	t.Helper()
	frames, _ := a.Due(start.Add(after))
	for _, b := range frames {
		p := gopacket.NewPacket(b, layers.LayerTypeEthernet, gopacket.Default)
		e := p.Layer(layers.LayerTypeEthernet).(*layers.Ethernet)
		s := e.DstMAC.String()
		if l, ok := p.Layer(layers.LayerTypeARP).(*layers.ARP); ok {
			from, _ := netip.AddrFromSlice(l.SourceProtAddress)
			to, _ := netip.AddrFromSlice(l.DstProtAddress)
			s += " arp " + from.String() + " " + to.String()
		}
		if l, ok := p.Layer(layers.LayerTypeIPv6).(*layers.IPv6); ok {
			s += " " + l.SrcIP.String()
		}
		if l, ok := p.Layer(layers.LayerTypeICMPv6NeighborSolicitation).(*layers.ICMPv6NeighborSolicitation); ok {
			s += " ns " + l.TargetAddress.String()
		}
		if p.Layer(layers.LayerTypeICMPv6RouterSolicitation) != nil {
			s += " rs"
		}
		all = append(all, s)
	}
	return all
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: sent %q, want %q", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: sent %q, want %q", what, got[i], want[i])
		}
	}
}

// hear gives the asker a frame from a host.
func hear(t *testing.T, a *Asker, after time.Duration, e frame.Ethernet) {
	t.Helper()
	b, err := e.Frame()
	if err != nil {
		t.Fatal(err)
	}
	a.Receive(start.Add(after), b, false)
}

func hears6(t *testing.T, a *Asker, after time.Duration, from frame.MAC, p packet6) {
	t.Helper()
	hear(t, a, after, frame.Ethernet{Target: macA, Source: from, Type: frame.TypeIPv6, Payload: p.payload()})
}

// TestAsker6 asks from a stand-in, which is looked for first, until there is an answer.
func TestAsker6(t *testing.T) {
	own := macA.LinkLocal()
	a := NewAsker(Query{MAC: macA, Asks: []Ask{{far, own}}, Routers: own, StandIn: own, Every: time.Second})
	same(t, "at once", sent(t, a, 0), "33:33:ff:00:00:0a :: ns fe80::ff:fe00:a")
	same(t, "too early", sent(t, a, standInWait-1))
	same(t, "first try", sent(t, a, standInWait), "33:33:ff:00:00:09 fe80::ff:fe00:a ns 2001:db8:9::9", "33:33:00:00:00:02 fe80::ff:fe00:a rs")
	hears6(t, a, standInWait+time.Millisecond, macB, advert(far, own, na(far, macB)))
	same(t, "second try", sent(t, a, standInWait+time.Second), "33:33:00:00:00:02 fe80::ff:fe00:a rs")
	hears6(t, a, standInWait+time.Second+2*time.Millisecond, macR, advert(addrR, own, ra("2001:db8::/64")))
	same(t, "third try", sent(t, a, standInWait+2*time.Second))
	if frames, next := a.Due(start.Add(time.Hour)); frames != nil || !next.IsZero() {
		t.Errorf("after the last try: %x, %v", frames, next)
	}
	if len(a.Answers) != 1 || a.Answers[0].MAC != macB || a.Answers[0].After != time.Millisecond || !a.Answers[0].Override {
		t.Errorf("answers %+v", a.Answers)
	}
	if len(a.Heard.Routers) != 1 || a.Heard.Routers[0].MAC != macR || a.Tries != 3 || a.Frames != 2 {
		t.Errorf("%+v", a.Heard)
	}
}

// TestAskerTaken gives way to a holder of the stand-in address.
func TestAskerTaken(t *testing.T) {
	own := macA.LinkLocal()
	a := NewAsker(Query{MAC: macA, Asks: []Ask{{far, own}}, StandIn: own, Every: time.Second})
	sent(t, a, 0)
	m := na(own, macB)
	m.Solicited = false
	hears6(t, a, time.Millisecond, macB, advert(own, netip.MustParseAddr("ff02::1"), m))
	same(t, "first try", sent(t, a, standInWait), "33:33:ff:00:00:09 :: ns 2001:db8:9::9")
	if a.Taken != macB {
		t.Errorf("taken by %v", a.Taken)
	}
	if r := Decide(Question{Target: far}, Kernel{}, a.Heard, time.Second); len(r.Doubts) == 0 {
		t.Error("no doubt")
	}
}

// TestAsker4 asks from an address, and once as a probe.
func TestAsker4(t *testing.T) {
	a := NewAsker(Query{MAC: macA, Asks: []Ask{{four("192.0.2.9"), four("192.0.2.7")}}, Every: time.Second})
	same(t, "first", sent(t, a, 0), "ff:ff:ff:ff:ff:ff arp 192.0.2.7 192.0.2.9")
	same(t, "second", sent(t, a, time.Second), "ff:ff:ff:ff:ff:ff arp 0.0.0.0 192.0.2.9")
	reply := arp{op: arpReply, senderMAC: macB, sender: four("192.0.2.9"), targetMAC: macA, target: four("0.0.0.0")}
	answer := frame.Ethernet{Target: macA, Source: macB, Type: frame.TypeARP, Payload: reply.payload()}
	for range 3 {
		hear(t, a, 1500*time.Millisecond, answer)
	}
	answer.VLANs = []frame.VLAN{{ID: 7}}
	hear(t, a, 1500*time.Millisecond, answer)
	reply.senderMAC, answer.VLANs = macR, nil
	answer.Payload = reply.payload() // from B, who says R
	hear(t, a, 1600*time.Millisecond, answer)
	same(t, "third", sent(t, a, 2*time.Second))
	as := a.Of(four("192.0.2.9"))
	if len(as) != 3 || as[0].MAC != macB || as[1].Tag != 7 || as[2].MAC != macR || as[2].From != macB || len(usable(as, 0)) != 2 || len(usable(as, 7)) != 1 || a.Tags[7] != 1 {
		t.Errorf("%+v, tags %v", as, a.Tags)
	}
}

// TestDeaf ignores what nobody asked for, what is our own, and what cannot be.
func TestDeaf(t *testing.T) {
	a := NewAsker(Query{MAC: macA, Asks: []Ask{{far, addrA}}, Every: time.Second})
	sent(t, a, 0)
	hears6(t, a, 1, macA, advert(far, addrA, na(far, macB)))
	hears6(t, a, 1, macB, advert(addrB, addrA, na(addrB, macB)))
	hears6(t, a, 1, macB, advert(far, addrA, na(far, frame.Broadcast)))
	hears6(t, a, 1, macB, advert(far, addrA, na(far, macA)))
	hear(t, a, 1, frame.Ethernet{Source: macB, Type: frame.TypeIPv4, Payload: make([]byte, 60)})
	if len(a.Answers) != 0 {
		t.Errorf("%+v", a.Answers)
	}
}

// TestFlood fills an asker with answers and routers.
func TestFlood(t *testing.T) {
	a := NewAsker(Query{MAC: macA, Asks: []Ask{{far, addrA}}, Routers: addrA, Every: time.Second})
	sent(t, a, 0)
	for i := range 1000 {
		mac := frame.MAC{2, 1, 0, 0, byte(i >> 8), byte(i)}
		hears6(t, a, 1, mac, advert(far, addrA, na(far, mac)))
		hears6(t, a, 1, mac, advert(mac.LinkLocal(), addrA, &ndp.RouterAdvertisement{RouterLifetime: time.Hour}))
	}
	if len(a.Answers) != maxAnswers || len(a.Heard.Routers) != maxRouters || a.Frames != 2000 {
		t.Errorf("%d answers, %d routers, %d frames", len(a.Answers), len(a.Heard.Routers), a.Frames)
	}
}

package frame_test

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"

	"netkmsg/frame"
)

func TestDissectFaulty(t *testing.T) {
	six := mustBuild(t, tagged(header6(), frame.VLAN{ID: 7}), "payload")
	four := mustBuild(t, header4(), "payload")
	for name, c := range map[string]struct {
		in      []byte
		version uint8
		udp     bool
		payload string
		padding string
	}{
		"version 5":             {change(six, 18, 0x50), 6, true, "payload", ""},
		"length beyond the end": {change(six, 22, 0xff, 0xff), 6, true, "payload", ""},
		"length too small":      {change(four, 16, 0, 9), 4, true, "payload", ""},
		"padding":               {append(slices.Clone(four), "pad"...), 4, true, "payload", "pad"},
		"cut in the payload":    {six[:len(six)-3], 6, true, "payl", ""},
		"cut in UDP":            {four[:14+20+5], 4, false, string(four[34:39]), ""},
		"cut in IP":             {four[:14+19], 0, false, string(four[14:33]), ""},
		"cut in the tag":        {six[:16], 0, false, string(six[14:16]), ""},
		"cut in Ethernet":       {six[:13], 0, false, string(six[:13]), ""},
		"nothing":               {nil, 0, false, "", ""},
		"TCP":                   {change(four, 23, 6), 4, false, string(four[34:]), ""},
		"a later fragment":      {change(four, 20, 0, 2), 4, false, string(four[34:]), ""},
		"IHL 0":                 {change(four, 14, 0x40), 4, true, "payload", ""},
	} {
		y := frame.Dissect(frame.LinkEthernet, c.in)
		if y.Version != c.version || y.UDP != c.udp || string(y.Payload) != c.payload || string(y.Padding) != c.padding {
			t.Errorf("%s: %+v", name, y)
		}
	}
}

func TestDissectFragment(t *testing.T) {
	next, chain := frame.ChainExtensions(frame.HopByHop(), frame.FragmentHeader(1480, true, 77))
	b := extend(mustBuild(t, header6(), "rest"), next, chain)
	y := frame.Dissect(frame.LinkEthernet, b)
	if want := (frame.Fragment{Header: true, Offset: 1480, More: true, ID: 77}); y.Fragment != want || y.UDP || y.Protocol != 17 ||
		len(y.Extensions) != 2 || y.Extensions[0].Type != frame.NextHopByHop || !y.Fragment.Part() {
		t.Errorf("%+v", y)
	}
}

// FuzzDissect has what is read compared with what Parse reads, where that reads at all.
func FuzzDissect(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(uint16(frame.LinkEthernet), b)
	}
	f.Fuzz(func(t *testing.T, link uint16, b []byte) {
		y := frame.Dissect(frame.LinkType(link), b)
		p, err := frame.ParseLinkUnverified(frame.LinkType(link), b)
		if err != nil {
			return
		}
		var ext []byte
		for _, e := range y.Extensions {
			ext = append(ext, e.Body...)
		}
		vlans := p.NumVLAN() == len(y.VLANs)
		for i := range min(p.NumVLAN(), len(y.VLANs)) {
			vlans = vlans && p.VLAN(i) == y.VLANs[i]
		}
		if !y.Link || !y.UDP || y.Source != p.Source || y.Target != p.Target || !vlans || p.IsIPv4() != (y.Version == 4) ||
			y.TrafficClass != p.TrafficClass || y.FlowLabel != p.FlowLabel || y.HopLimit != p.HopLimit || y.ID != p.ID ||
			y.DontFragment != p.DontFragment || y.UDPChecksum != p.UDPChecksum || y.Fragment.Part() ||
			!p.IsIPv4() && !bytes.Equal(ext, p.Extensions) || !bytes.Equal(y.Payload, p.Payload) || !bytes.Equal(y.Padding, p.Padding) {
			t.Errorf("%+v\n%+v", y, p)
		}
	})
}

func TestDissectOther(t *testing.T) {
	y := frame.Dissect(frame.LinkRaw, mustBuild(t, header4(), "raw")[14:])
	if !y.Link || y.Version != 4 || y.Source.MAC != (frame.MAC{}) || string(y.Payload) != "raw" {
		t.Errorf("raw IP: %+v", y)
	}
	arp := append(bytes.Repeat([]byte{2}, 12), 0x08, 0x06, 1, 2, 3)
	y = frame.Dissect(frame.LinkEthernet, arp)
	if !y.Link || y.EtherType != 0x0806 || y.Version != 0 || y.Source.Addr != (netip.Addr{}) || !bytes.Equal(y.Payload, []byte{1, 2, 3}) {
		t.Errorf("ARP: %+v", y)
	}
}

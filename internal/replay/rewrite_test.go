package replay

import (
	"bytes"
	"net"
	"net/netip"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// A packet is what gopacket, as another implementation, builds frames of.
type packet struct {
	src, dst     string
	proto        layers.IPProtocol
	sport, dport uint16
	vlans        []uint16
	payload      string
}

var (
	macA, macB = frame.MAC{2, 0, 0, 0, 0, 1}, frame.MAC{2, 0, 0, 0, 0, 2}
	macC, macD = frame.MAC{2, 0, 0, 0, 0, 3}, frame.MAC{2, 0, 0, 0, 0, 4}
)

func (p packet) build(t *testing.T, from, to frame.MAC) []byte {
	t.Helper()
	eth := &layers.Ethernet{SrcMAC: from[:], DstMAC: to[:]}
	list := []gopacket.SerializableLayer{eth}
	kind := &eth.EthernetType
	for _, id := range p.vlans {
		*kind = layers.EthernetTypeDot1Q
		tag := &layers.Dot1Q{VLANIdentifier: id}
		kind = &tag.Type
		list = append(list, tag)
	}
	src, dst := net.ParseIP(p.src), net.ParseIP(p.dst)
	var ip gopacket.NetworkLayer
	if src.To4() != nil {
		*kind = layers.EthernetTypeIPv4
		v4 := &layers.IPv4{Version: 4, TTL: 64, Id: 7, Protocol: p.proto, SrcIP: src, DstIP: dst}
		ip, list = v4, append(list, v4)
	} else {
		*kind = layers.EthernetTypeIPv6
		v6 := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: p.proto, SrcIP: src, DstIP: dst}
		ip, list = v6, append(list, v6)
	}
	switch p.proto {
	case layers.IPProtocolUDP:
		u := &layers.UDP{SrcPort: layers.UDPPort(p.sport), DstPort: layers.UDPPort(p.dport)}
		u.SetNetworkLayerForChecksum(ip)
		list = append(list, u)
	case layers.IPProtocolTCP:
		s := &layers.TCP{SrcPort: layers.TCPPort(p.sport), DstPort: layers.TCPPort(p.dport), Seq: 12345, SYN: true, Window: 1024}
		s.SetNetworkLayerForChecksum(ip)
		list = append(list, s)
	case layers.IPProtocolICMPv6:
		c := &layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(128, 0)}
		c.SetNetworkLayerForChecksum(ip)
		list = append(list, c)
	case layers.IPProtocolICMPv4:
		list = append(list, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0), Id: 1})
	}
	buf := gopacket.NewSerializeBuffer()
	list = append(list, gopacket.Payload(p.payload))
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, list...); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(buf.Bytes())
}

// long needs no padding to Ethernet's 60 bytes, and is odd.
const long = "a payload of an odd number of bytes, 47 in all."

func port(n uint16) *uint16 { return &n }

// TestRewrite compares rewritten frames with those that gopacket builds of
// what is to come out.
func TestRewrite(t *testing.T) {
	w := Rewrite{
		SourceMAC: &macC, TargetMAC: &macD,
		Source4: netip.MustParseAddr("198.51.100.1"), Target4: netip.MustParseAddr("198.51.100.2"),
		Source6: netip.MustParseAddr("2001:db8::1"), Target6: netip.MustParseAddr("2001:db8::2"),
	}
	const udp, tcp, icmp4, icmp6 = layers.IPProtocolUDP, layers.IPProtocolTCP, layers.IPProtocolICMPv4, layers.IPProtocolICMPv6
	for _, c := range []struct {
		name     string
		w        func(Rewrite) Rewrite
		in, want packet
	}{
		{"UDP over IPv6", nil, packet{"fe80::1", "fe80::2", udp, 1, 2, nil, "hello"}, packet{"2001:db8::1", "2001:db8::2", udp, 1, 2, nil, "hello"}},
		{"UDP over IPv4", nil, packet{"10.0.0.1", "10.0.0.2", udp, 1, 2, nil, "hello"}, packet{"198.51.100.1", "198.51.100.2", udp, 1, 2, nil, "hello"}},
		{"TCP over IPv6", nil, packet{"fe80::1", "fe80::2", tcp, 1, 2, nil, long}, packet{"2001:db8::1", "2001:db8::2", tcp, 1, 2, nil, long}},
		{"TCP over IPv4", nil, packet{"10.0.0.1", "10.0.0.2", tcp, 1, 2, nil, long}, packet{"198.51.100.1", "198.51.100.2", tcp, 1, 2, nil, long}},
		{"ICMPv6", nil, packet{"fe80::1", "fe80::2", icmp6, 0, 0, nil, long}, packet{"2001:db8::1", "2001:db8::2", icmp6, 0, 0, nil, long}},
		{"ICMP, which has no pseudo header", nil, packet{"10.0.0.1", "10.0.0.2", icmp4, 0, 0, nil, long}, packet{"198.51.100.1", "198.51.100.2", icmp4, 0, 0, nil, long}},
		{"tags stay", nil, packet{"fe80::1", "fe80::2", udp, 1, 2, []uint16{7, 8}, long}, packet{"2001:db8::1", "2001:db8::2", udp, 1, 2, []uint16{7, 8}, long}},
		{"tags change", func(w Rewrite) Rewrite { w.VLANs = &[]frame.VLAN{{ID: 100}}; return w },
			packet{"fe80::1", "fe80::2", udp, 1, 2, []uint16{7, 8}, long}, packet{"2001:db8::1", "2001:db8::2", udp, 1, 2, []uint16{100}, long}},
		{"tags come", func(w Rewrite) Rewrite { w.VLANs = &[]frame.VLAN{{ID: 100}, {ID: 200}}; return w },
			packet{"10.0.0.1", "10.0.0.2", tcp, 1, 2, nil, long}, packet{"198.51.100.1", "198.51.100.2", tcp, 1, 2, []uint16{100, 200}, long}},
		{"tags go", func(w Rewrite) Rewrite { w.VLANs = &[]frame.VLAN{}; return w },
			packet{"fe80::1", "fe80::2", udp, 1, 2, []uint16{7}, long}, packet{"2001:db8::1", "2001:db8::2", udp, 1, 2, nil, long}},
		{"ports", func(w Rewrite) Rewrite { w.SourcePort, w.TargetPort = port(6665), port(6666); return w },
			packet{"fe80::1", "fe80::2", tcp, 1, 2, nil, long}, packet{"2001:db8::1", "2001:db8::2", tcp, 6665, 6666, nil, long}},
		{"one family only", func(w Rewrite) Rewrite { w.Source4, w.Target4 = netip.Addr{}, netip.Addr{}; return w },
			packet{"10.0.0.1", "10.0.0.2", udp, 1, 2, nil, long}, packet{"10.0.0.1", "10.0.0.2", udp, 1, 2, nil, long}},
	} {
		w := w
		if c.w != nil {
			w = c.w(w)
		}
		in := c.in.build(t, macA, macB)
		keep := bytes.Clone(in)
		got, ip := w.apply(in)
		if d := frametest.Diff(c.want.build(t, macC, macD), got); d != "" || !ip {
			t.Errorf("%s: IP %v\n%s", c.name, ip, d)
		}
		if !bytes.Equal(in, keep) {
			t.Errorf("%s: the frame given was changed", c.name)
		}
	}
}

// TestRewriteFragments changes every fragment's addresses, and the checksum,
// which the first one has, for the whole.
func TestRewriteFragments(t *testing.T) {
	w := Rewrite{Source6: netip.MustParseAddr("2001:db8::1"), Target6: netip.MustParseAddr("2001:db8::2")}
	h := frame.Header{Source: frame.Endpoint{Addr: netip.MustParseAddr("fe80::1"), Port: 1}, Target: frame.Endpoint{Addr: netip.MustParseAddr("fe80::2"), Port: 2}}
	t1, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := t1.Append(nil, bytes.Repeat([]byte("payload "), 20))
	if err != nil {
		t.Fatal(err)
	}
	d := frame.NewDefragmenter(frame.DefragmentLimits{})
	var joined frame.Frame
	for at := 0; at < 168; at += 56 {
		more := byte(1)
		if at == 112 {
			more = 0
		}
		f := bytes.Clone(whole[:54])
		be.PutUint16(f[18:], 8+56)
		f[20] = 44
		f = append(f, 17, 0, 0, byte(at)|more, 0, 0, 0, 9)
		f = append(f, whole[54+at:54+at+56]...)
		got, _ := w.apply(f)
		joined, err = d.Parse(frame.LinkEthernet, got, at0)
	}
	if err != nil {
		t.Fatal(err)
	}
	if joined.Source.Addr != w.Source6 || joined.Target.Addr != w.Target6 || len(joined.Payload) != 160 {
		t.Errorf("%v to %v, %d bytes", joined.Source, joined.Target, len(joined.Payload))
	}
}

// TestRewriteFaults keeps what is wrong as wrong as it was, an absent checksum
// absent, and other protocols as they are.
func TestRewriteFaults(t *testing.T) {
	w := Rewrite{Source4: netip.MustParseAddr("198.51.100.1"), Source6: netip.MustParseAddr("2001:db8::1"), SourceMAC: &macC}
	in := packet{"10.0.0.1", "10.0.0.2", layers.IPProtocolUDP, 1, 2, nil, long}.build(t, macA, macB)
	in[40], in[41] = 0, 0
	got, _ := w.apply(in)
	if got[40] != 0 || got[41] != 0 || frame.Faults(frame.LinkEthernet, got) != nil {
		t.Errorf("an absent checksum became %x", got[40:42])
	}
	in = packet{"fe80::1", "fe80::2", layers.IPProtocolUDP, 1, 2, nil, long}.build(t, macA, macB)
	right, _ := w.apply(in)
	be.PutUint16(in[60:], be.Uint16(in[60:])+1)
	wrong, _ := w.apply(in)
	if be.Uint16(wrong[60:]) != be.Uint16(right[60:])+1 {
		t.Errorf("a checksum wrong by 1: right %x, wrong %x", right[60:62], wrong[60:62])
	}
	arp := append(append(append(bytes.Clone(macB[:]), macA[:]...), 8, 6), make([]byte, 28)...)
	got, ip := w.apply(arp)
	if ip || !bytes.Equal(got[12:], arp[12:]) || frame.MAC(got[6:12]) != macC {
		t.Errorf("ARP: %x", got)
	}
}

// TestRewriteRouted leaves the checksum alone where it covers another
// destination than the header's.
func TestRewriteRouted(t *testing.T) {
	in := packet{"fe80::1", "fe80::2", layers.IPProtocolUDP, 1, 2, nil, long}.build(t, macA, macB)
	final := netip.MustParseAddr("fe80::9")
	route := append([]byte{17, 2, 0, 1, 0, 0, 0, 0}, final.AsSlice()...)
	be.PutUint16(in[60:], frame.UpdateUDPChecksum(be.Uint16(in[60:]), in[38:54], final.AsSlice()))
	in[20] = routing
	be.PutUint16(in[18:], be.Uint16(in[18:])+uint16(len(route)))
	in = append(in[:54:54], append(route, in[54:]...)...)
	if f := frame.Faults(frame.LinkEthernet, in); f != nil {
		t.Fatalf("the test's own frame: %v", f)
	}
	got, _ := Rewrite{Source6: netip.MustParseAddr("2001:db8::1"), Target6: netip.MustParseAddr("2001:db8::2")}.apply(in)
	if f := frame.Faults(frame.LinkEthernet, got); f != nil {
		t.Errorf("%v", f)
	}
}

// FuzzRewrite finds frames that were right and are not any more.
func FuzzRewrite(f *testing.F) {
	w := Rewrite{
		Source4: netip.MustParseAddr("198.51.100.1"), Target4: netip.MustParseAddr("198.51.100.2"),
		Source6: netip.MustParseAddr("2001:db8::1"), Target6: netip.MustParseAddr("2001:db8::2"),
		SourcePort: port(6665), VLANs: &[]frame.VLAN{{ID: 5}},
	}
	h := frame.Header{Source: frame.Endpoint{Addr: netip.MustParseAddr("fe80::1"), Port: 1}, Target: frame.Endpoint{Addr: netip.MustParseAddr("fe80::2"), Port: 2}}
	t1, err := h.Template()
	if err != nil {
		f.Fatal(err)
	}
	b, _ := t1.Append(nil, []byte("x"))
	f.Add(b)
	f.Add(make([]byte, 14))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 14 {
			return
		}
		got, _ := w.apply(b)
		if _, err := frame.Parse(b); err != nil {
			return
		}
		y := frame.Dissect(frame.LinkEthernet, b)
		if len(y.VLANs) > 0 && y.Version == 0 {
			return
		}
		if bad := frame.Faults(frame.LinkEthernet, got); bad != nil && frame.Faults(frame.LinkEthernet, b) == nil {
			t.Fatalf("%x became %x: %v", b, got, bad)
		}
	})
}

package frame_test

import (
	"bytes"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"netkmsg/frame"
)

// gopacketLayers says h in gopacket's terms.
func gopacketLayers(tb testing.TB, h frame.Header, id uint16) []gopacket.SerializableLayer {
	tb.Helper()
	h = normal(h)
	types := []layers.EthernetType{}
	for _, v := range h.VLANs {
		types = append(types, layers.EthernetType(v.TPID))
	}
	var ip gopacket.SerializableLayer
	var network gopacket.NetworkLayer
	src, dst := net.IP(h.Source.Addr.AsSlice()), net.IP(h.Target.Addr.AsSlice())
	if h.Source.Addr.Is4() {
		types = append(types, layers.EthernetTypeIPv4)
		l := &layers.IPv4{Version: 4, TOS: h.TrafficClass, Id: id, TTL: h.HopLimit, Protocol: layers.IPProtocolUDP, SrcIP: src, DstIP: dst}
		if h.DontFragment {
			l.Flags = layers.IPv4DontFragment
		}
		ip, network = l, l
	} else {
		types = append(types, layers.EthernetTypeIPv6)
		l := &layers.IPv6{Version: 6, TrafficClass: h.TrafficClass, FlowLabel: h.FlowLabel, HopLimit: h.HopLimit, NextHeader: layers.IPProtocolUDP, SrcIP: src, DstIP: dst}
		ip, network = l, l
	}
	list := []gopacket.SerializableLayer{&layers.Ethernet{SrcMAC: h.Source.MAC[:], DstMAC: h.Target.MAC[:], EthernetType: types[0]}}
	for i, v := range h.VLANs {
		list = append(list, &layers.Dot1Q{Priority: v.Priority, DropEligible: v.DropEligible, VLANIdentifier: v.ID, Type: types[i+1]})
	}
	udp := &layers.UDP{SrcPort: layers.UDPPort(h.Source.Port), DstPort: layers.UDPPort(h.Target.Port)}
	if err := udp.SetNetworkLayerForChecksum(network); err != nil {
		tb.Fatal(err)
	}
	return append(list, ip, udp)
}

var gopacketOptions = gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}

// gopacketBuild returns gopacket's frame. It pads short frames to 60 bytes,
// which size cuts off, and forgets that a checksum of 0 is sent as 0xffff.
func gopacketBuild(tb testing.TB, h frame.Header, id uint16, payload []byte, size int) []byte {
	tb.Helper()
	buf := gopacket.NewSerializeBuffer()
	list := append(gopacketLayers(tb, h, id), gopacket.Payload(payload))
	if err := gopacket.SerializeLayers(buf, gopacketOptions, list...); err != nil {
		tb.Fatal(err)
	}
	b := buf.Bytes()
	if len(b) > size && size < 60 {
		b = b[:size]
	}
	if c := b[len(b)-len(payload)-2:][:2]; c[0] == 0 && c[1] == 0 {
		c[0], c[1] = 0xff, 0xff
	}
	return b
}

// randomHeader sets every field, with extremes more often than chance has them.
func randomHeader(r *rand.Rand) frame.Header {
	end := func(v4 bool) (e frame.Endpoint) {
		var a [16]byte
		fill := byte(r.Uint32())
		for i := range a {
			if a[i] = fill; r.IntN(4) > 0 {
				a[i] = byte(r.Uint32())
			}
		}
		copy(e.MAC[:], a[3:])
		e.Port = uint16(r.Uint32()) >> r.IntN(17)
		if e.Addr = netip.AddrFrom16(a); v4 {
			e.Addr = netip.AddrFrom4([4]byte(a[7:]))
		}
		return e
	}
	v4 := r.IntN(2) == 0
	h := frame.Header{
		Source: end(v4), Target: end(v4),
		TrafficClass: uint8(r.Uint32()),
		HopLimit:     uint8(r.Uint32()),
		DontFragment: v4 && r.IntN(2) == 0,
	}
	if !v4 {
		h.FlowLabel = r.Uint32() >> 12
	}
	for range max(0, r.IntN(6)-2) {
		h.VLANs = append(h.VLANs, frame.VLAN{
			TPID:         []uint16{0, frame.TPIDCustomer, frame.TPIDService}[r.IntN(3)],
			Priority:     uint8(r.IntN(8)),
			DropEligible: r.IntN(2) == 0,
			ID:           uint16(r.IntN(4095)),
		})
	}
	return h
}

func randomPayload(r *rand.Rand) []byte {
	b := make([]byte, r.IntN(1<<r.IntN(12)))
	fill := byte(0xff * r.IntN(2))
	for i := range b {
		if b[i] = fill; r.IntN(3) > 0 {
			b[i] = byte(r.Uint32())
		}
	}
	return b
}

func TestAgainstGopacket(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	for range 3000 {
		h, id, payload := randomHeader(r), uint16(r.Uint32()), randomPayload(r)
		tpl := mustTemplate(t, h)
		tpl.SetID(id)
		b := mustAppend(t, tpl, payload)
		if want := gopacketBuild(t, h, id, payload, len(b)); !bytes.Equal(b, want) {
			t.Fatalf("%+v, ID %d, %d bytes\n got %x\nwant %x", h, id, len(payload), b, want)
		}
		compareDecoded(t, b)
	}
}

// The one difference that gopacketBuild makes up for is met on purpose.
func TestAgainstGopacketZeroChecksum(t *testing.T) {
	for _, h := range []frame.Header{header6(), header4()} {
		payload := make([]byte, 64)
		b := mustBuild(t, h, string(payload))
		copy(payload, b[len(b)-len(payload)-2:][:2])
		b = mustBuild(t, h, string(payload))
		if want := gopacketBuild(t, h, 0, payload, len(b)); !bytes.Equal(b, want) {
			t.Errorf("\n got %x\nwant %x", b, want)
		}
	}
}

func TestAgainstGopacketCorpus(t *testing.T) {
	corpus(t, func(flow string, n int, b []byte) { compareDecoded(t, b) })
}

func TestAgainstGopacketExtensions(t *testing.T) {
	plain := mustBuild(t, header6(), "extended")
	compareDecoded(t, extend(plain, 0, dehex(t, "3c 00 0104 00000000  11 00 0104 00000000")))
	compareDecoded(t, extend(plain, 60, dehex(t, "11 01 010c 000000000000000000000000")))
}

// compareDecoded requires that gopacket finds in b what Parse finds.
func compareDecoded(t *testing.T, b []byte) {
	t.Helper()
	f, err := frame.Parse(b)
	if err != nil {
		t.Fatalf("%v: %x", err, b)
	}
	var got frame.Header
	var id uint16
	var payload []byte
	addr := func(ip net.IP) netip.Addr {
		a, _ := netip.AddrFromSlice(ip)
		return a
	}
	var tpid layers.EthernetType
	p := gopacket.NewPacket(b, layers.LayerTypeEthernet, gopacket.NoCopy)
decoding:
	for _, l := range p.Layers() {
		switch l := l.(type) {
		case *layers.Ethernet:
			got.Source.MAC, got.Target.MAC, tpid = frame.MAC(l.SrcMAC), frame.MAC(l.DstMAC), l.EthernetType
		case *layers.Dot1Q:
			got.VLANs = append(got.VLANs, frame.VLAN{TPID: uint16(tpid), Priority: l.Priority, DropEligible: l.DropEligible, ID: l.VLANIdentifier})
			tpid = l.Type
		case *layers.IPv4:
			got.TrafficClass, got.HopLimit, id = l.TOS, l.TTL, l.Id
			got.Source.Addr, got.Target.Addr = addr(l.SrcIP), addr(l.DstIP)
			got.DontFragment = l.Flags&layers.IPv4DontFragment != 0
		case *layers.IPv6:
			got.TrafficClass, got.HopLimit, got.FlowLabel = l.TrafficClass, l.HopLimit, l.FlowLabel
			got.Source.Addr, got.Target.Addr = addr(l.SrcIP), addr(l.DstIP)
		case *layers.UDP:
			got.Source.Port, got.Target.Port, payload = uint16(l.SrcPort), uint16(l.DstPort), l.Payload
			if l.Checksum != f.UDPChecksum {
				t.Errorf("checksum %#x, gopacket: %#x", f.UDPChecksum, l.Checksum)
			}
			break decoding // it goes on with what the port number suggests
		}
	}
	h := f.Header()
	h.Extensions, h.NextHeader = nil, 0 // which gopacket has in layers of their own
	if !sameHeader(h, got) || f.ID != id || !bytes.Equal(f.Payload, payload) {
		t.Errorf("%x\nheader   %+v, ID %d, %d bytes\ngopacket %+v, ID %d, %d bytes", b, f.Header(), f.ID, len(f.Payload), got, id, len(payload))
	}
}

package frame_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

// linkTypes are all that can be parsed.
var linkTypes = []frame.LinkType{0, 1, 12, 14, 101, 108, 113, 228, 229, 276}

// relink gives an Ethernet frame the header of another link type. VLAN tags
// are lost where the link has no EtherType.
func relink(l frame.LinkType, b []byte) []byte {
	ip := 14
	for t := binary.BigEndian.Uint16(b[12:]); t == 0x8100 || t == 0x88a8 || t == 0x9100; ip += 4 {
		t = binary.BigEndian.Uint16(b[ip+2:])
	}
	mac, v6 := b[6:12], b[ip]>>4 == 6
	switch l {
	case frame.LinkEthernet:
		return slices.Clone(b)
	case frame.LinkSLL:
		return slices.Concat([]byte{0, 1, 0, 1, 0, 6}, mac, []byte{0, 0}, b[12:])
	case frame.LinkSLL2:
		return slices.Concat(b[12:14], []byte{0, 0, 0, 0, 0, 7, 0, 1, 4, 6}, mac, []byte{0, 0}, b[14:])
	case frame.LinkNull:
		return append([]byte{map[bool]byte{false: 2, true: 30}[v6], 0, 0, 0}, b[ip:]...)
	case frame.LinkLoop:
		return append([]byte{0, 0, 0, map[bool]byte{false: 2, true: 24}[v6]}, b[ip:]...)
	}
	return slices.Clone(b[ip:])
}

// carries reports whether a link can carry the family.
func carries(l frame.LinkType, v4 bool) bool {
	return !(l == frame.LinkIPv4 && !v4 || l == frame.LinkIPv6 && v4)
}

// onLink is what parsing finds of h where it travels over l.
func onLink(l frame.LinkType, h frame.Header) frame.Header {
	h = normal(h)
	switch l {
	case frame.LinkEthernet:
	case frame.LinkSLL, frame.LinkSLL2:
		h.Target.MAC = frame.MAC{}
	default:
		h.Source.MAC, h.Target.MAC, h.VLANs = frame.MAC{}, frame.MAC{}, nil
	}
	return h
}

func TestParseLink(t *testing.T) {
	for name, h := range map[string]frame.Header{
		"IPv6": header6(), "IPv4": header4(),
		"IPv6 tagged": tagged(header6(), frame.VLAN{TPID: frame.TPIDService, Priority: 7, ID: 4094}, frame.VLAN{ID: 1, DropEligible: true}),
		"IPv4 tagged": tagged(header4(), frame.VLAN{ID: 42}),
	} {
		ether := mustBuild(t, h, "a payload")
		for _, l := range linkTypes {
			b := append(relink(l, ether), 0, 0, 0)
			f, err := frame.ParseLink(l, b)
			if !carries(l, h.Source.Addr.Is4()) {
				if err == nil {
					t.Errorf("%s over %v: no error", name, l)
				}
				continue
			}
			want := onLink(l, h)
			if err != nil || !sameHeader(f.Header(), want) || string(f.Payload) != "a payload" || len(f.Padding) != 3 {
				t.Errorf("%s over %v: %v\n got %+v, payload %q, padding %x\nwant %+v", name, l, err, f.Header(), f.Payload, f.Padding, want)
				continue
			}
			for i, v := range want.VLANs {
				if f.VLAN(i) != v {
					t.Errorf("%s over %v: tag %d is %+v, want %+v", name, l, i, f.VLAN(i), v)
				}
			}
			checkFields(t, b, f.Fields())
			u, err := frame.ParseLinkUnverified(l, b)
			if err != nil || !reflect.DeepEqual(u, f) {
				t.Errorf("%s over %v, unverified: %+v, %v", name, l, u, err)
			}
			b[len(b)-4] ^= 1
			if _, err := frame.ParseLink(l, b); !errors.Is(err, frame.ErrChecksum) {
				t.Errorf("%s over %v, damaged: %v", name, l, err)
			}
			if u, err := frame.ParseLinkUnverified(l, b); err != nil || len(u.Payload) != 9 {
				t.Errorf("%s over %v, damaged, unverified: %v", name, l, err)
			}
		}
	}
}

// Headers by hand, with an IP packet behind.
func TestParseLinkHeaders(t *testing.T) {
	v6, v4 := mustBuild(t, header6(), "")[14:], mustBuild(t, header4(), "")[14:]
	mac := frame.MAC{2, 0, 0, 0, 0, 9}
	for _, c := range []struct {
		name string
		link frame.LinkType
		head string
		ip   []byte
		mac  frame.MAC
	}{
		{"NetBSD, OpenBSD, little endian", frame.LinkNull, "18000000", v6, frame.MAC{}},
		{"FreeBSD, little endian", frame.LinkNull, "1c000000", v6, frame.MAC{}},
		{"macOS, little endian", frame.LinkNull, "1e000000", v6, frame.MAC{}},
		{"macOS, big endian", frame.LinkNull, "0000001e", v6, frame.MAC{}},
		{"IPv4, little endian", frame.LinkNull, "02000000", v4, frame.MAC{}},
		{"IPv4, big endian", frame.LinkNull, "00000002", v4, frame.MAC{}},
		{"OpenBSD loopback", frame.LinkLoop, "00000018", v6, frame.MAC{}},
		{"SLL from Ethernet", frame.LinkSLL, "0000 0001 0006 0200000000090000 0800", v4, mac},
		{"SLL from a tunnel", frame.LinkSLL, "0004 fffe 0000 0000000000000000 86dd", v6, frame.MAC{}},
		{"SLL from InfiniBand", frame.LinkSLL, "0000 0020 0014 8000000000000000 86dd", v6, frame.MAC{}},
		{"SLL2 from Ethernet", frame.LinkSLL2, "86dd 0000 00000002 0001 00 06 0200000000090000", v6, mac},
		{"SLL2 from loopback", frame.LinkSLL2, "0800 0000 00000001 0304 00 06 0000000000000000", v4, frame.MAC{}},
		{"SLL2 from a tunnel", frame.LinkSLL2, "0800 0000 00000003 fffe 00 00 0000000000000000", v4, frame.MAC{}},
	} {
		b := append(dehex(t, c.head), c.ip...)
		f, err := frame.ParseLink(c.link, b)
		if err != nil || f.Source.MAC != c.mac || f.Target.MAC != (frame.MAC{}) || f.Source.Port != 6665 || f.NumVLAN() != 0 {
			t.Errorf("%s: %+v, %v", c.name, f, err)
			continue
		}
		checkFields(t, b, f.Fields())
	}
}

func TestParseLinkErrors(t *testing.T) {
	ether := mustBuild(t, tagged(header6(), frame.VLAN{ID: 1}, frame.VLAN{ID: 2}), "")
	sll, sll2, raw := relink(113, ether), relink(276, ether), relink(101, ether)
	v4 := relink(101, mustBuild(t, header4(), ""))
	for _, c := range []struct {
		name string
		link frame.LinkType
		in   []byte
		err  error
		want string
	}{
		{"802.11", 105, ether, frame.ErrLinkType, "Link type at byte 0 is 105, want 0, 1, 12, 14, 101, 108, 113, 228, 229 or 276: link type not known"},
		{"raw, nothing", 101, nil, frame.ErrTruncated, "IP header at byte 0 is 0 bytes, want 20 bytes or more: cut short"},
		{"raw, version", 12, []byte{0x50}, nil, "IP Version at byte 0 is 5, want 4 or 6"},
		{"raw, cut", 14, raw[:39], frame.ErrTruncated, "IPv6 header at byte 0 is 39 bytes, want 40 bytes or more: cut short"},
		{"IPv6 as IPv4", 228, raw, nil, "IPv4 Version at byte 0 is 6, want 4"},
		{"IPv4 as IPv6", 229, append(v4, make([]byte, 20)...), nil, "IPv6 Version at byte 0 is 4, want 6"},
		{"null, cut", 0, []byte{2, 0, 0}, frame.ErrTruncated, "BSD Loopback header at byte 0 is 3 bytes, want 4 bytes or more: cut short"},
		{"null, ISO", 0, []byte{7, 0, 0, 0, 1}, frame.ErrNotUDP,
			"BSD Loopback Address Family at byte 0 is 0x07000000, want 2 (IPv4), 24, 28 or 30 (IPv6) in either byte order: not UDP over IPv6 or IPv4"},
		{"null, IPv4 within IPv6", 0, append([]byte{30, 0, 0, 0}, v4...), frame.ErrTruncated, "IPv6 header at byte 4 is 28 bytes, want 40 bytes or more: cut short"},
		{"SLL, cut", 113, sll[:15], frame.ErrTruncated, "Linux SLL header at byte 0 is 15 bytes, want 16 bytes or more: cut short"},
		{"SLL, tag cut", 113, sll[:19], frame.ErrTruncated, "VLAN header at byte 14 is 5 bytes, want 6 bytes or more: cut short"},
		{"SLL, second tag cut", 113, sll[:23], frame.ErrTruncated, "VLAN header at byte 18 is 5 bytes, want 6 bytes or more: cut short"},
		{"SLL, ARP", 113, change(sll[:16], 14, 8, 6), frame.ErrNotUDP,
			"Linux SLL Protocol Type at byte 14 is 0x0806, want 0x86dd (IPv6) or 0x0800 (IPv4): not UDP over IPv6 or IPv4"},
		{"SLL2, cut", 276, sll2[:19], frame.ErrTruncated, "Linux SLL2 header at byte 0 is 19 bytes, want 20 bytes or more: cut short"},
		{"SLL2, tag cut", 276, sll2[:23], frame.ErrTruncated, "VLAN header at byte 20 is 3 bytes, want 4 bytes or more: cut short"},
		{"SLL2, second tag cut", 276, sll2[:27], frame.ErrTruncated, "VLAN header at byte 22 is 5 bytes, want 6 bytes or more: cut short"},
		{"SLL2, ARP", 276, change(sll2, 0, 8, 6), frame.ErrNotUDP,
			"Linux SLL2 Protocol Type at byte 0 is 0x0806, want 0x86dd (IPv6) or 0x0800 (IPv4): not UDP over IPv6 or IPv4"},
		{"SLL2, ARP in a tag", 276, change(sll2, 26, 8, 6), frame.ErrNotUDP,
			"Linux SLL2 Protocol Type at byte 26 is 0x0806, want 0x86dd (IPv6) or 0x0800 (IPv4): not UDP over IPv6 or IPv4"},
	} {
		f, err := frame.ParseLink(c.link, c.in)
		e, ok := errors.AsType[*frame.ParseError](err)
		if !ok || e.Error() != "parse frame: "+c.want || e.Err != c.err || f.Fields() != nil {
			t.Errorf("%s:\n got %v\nwant parse frame: %s", c.name, err, c.want)
		}
	}
}

func TestLinkFields(t *testing.T) {
	h := tagged(header4(), frame.VLAN{TPID: frame.TPIDService, ID: 100}, frame.VLAN{ID: 42})
	ether := mustBuild(t, h, "")
	for _, c := range []struct {
		link frame.LinkType
		in   []byte
		want string
	}{
		{frame.LinkSLL, relink(113, ether), `
Linux SLL: 0, Packet Type, 16: 1 (broadcast)
Linux SLL: 2, ARPHRD Type, 16: 1
Linux SLL: 4, Address Length, 16: 6
Linux SLL: 6, Source Address, 48: 02:00:00:00:00:01
Linux SLL: 12, Unused, 16: 0x0000
VLAN: 14, TPID, 16: 0x88a8 (802.1ad S-tag)
VLAN: 16, PCP, 3: 0
VLAN: 16.3, DEI, 1: 0
VLAN: 16.4, VID, 12: 100
VLAN: 18, TPID, 16: 0x8100 (802.1Q C-tag)
VLAN: 20, PCP, 3: 0
VLAN: 20.3, DEI, 1: 0
VLAN: 20.4, VID, 12: 42
Linux SLL: 22, Protocol Type, 16: 0x0800 (IPv4)
`},
		{frame.LinkSLL2, relink(276, ether), `
VLAN: 0, TPID, 16: 0x88a8 (802.1ad S-tag)
Linux SLL2: 2, Reserved, 16: 0x0000
Linux SLL2: 4, Interface Index, 32: 7
Linux SLL2: 8, ARPHRD Type, 16: 1
Linux SLL2: 10, Packet Type, 8: 4 (sent by us)
Linux SLL2: 11, Address Length, 8: 6
Linux SLL2: 12, Source Address, 48: 02:00:00:00:00:01
Linux SLL2: 18, Unused, 16: 0x0000
VLAN: 20, PCP, 3: 0
VLAN: 20.3, DEI, 1: 0
VLAN: 20.4, VID, 12: 100
VLAN: 22, TPID, 16: 0x8100 (802.1Q C-tag)
VLAN: 24, PCP, 3: 0
VLAN: 24.3, DEI, 1: 0
VLAN: 24.4, VID, 12: 42
Linux SLL2: 26, Protocol Type, 16: 0x0800 (IPv4)
`},
		{frame.LinkSLL2, relink(276, mustBuild(t, header6(), "")), `
Linux SLL2: 0, Protocol Type, 16: 0x86dd (IPv6)
Linux SLL2: 2, Reserved, 16: 0x0000
Linux SLL2: 4, Interface Index, 32: 7
Linux SLL2: 8, ARPHRD Type, 16: 1
Linux SLL2: 10, Packet Type, 8: 4 (sent by us)
Linux SLL2: 11, Address Length, 8: 6
Linux SLL2: 12, Source Address, 48: 02:00:00:00:00:01
Linux SLL2: 18, Unused, 16: 0x0000
`},
		{frame.LinkNull, relink(0, ether), "\nBSD Loopback: 0, Address Family, 32: 0x02000000 (IPv4)\n"},
		{frame.LinkRaw, relink(101, ether), "\n"},
	} {
		f, err := frame.ParseLink(c.link, append(c.in, 0))
		if err != nil {
			t.Fatal(c.link, err)
		}
		all := table(f.Fields())
		link, _, _ := strings.Cut(all, "IPv4: ")
		link, _, _ = strings.Cut(link, "IPv6: ")
		if link != c.want[1:] {
			t.Errorf("%v\n got\n%swant%s", c.link, link, c.want)
		}
		if !strings.HasSuffix(all, c.link.String()+": "+table([]frame.Field{f.Fields()[len(f.Fields())-1]})[len(c.link.String())+2:]) {
			t.Errorf("%v: padding in\n%s", c.link, all)
		}
	}
}

func TestLinkTypeString(t *testing.T) {
	for l, want := range map[frame.LinkType]string{
		0: "BSD Loopback", 1: "Ethernet", 14: "Raw IP", 101: "Raw IP", 108: "BSD Loopback", 113: "Linux SLL", 229: "Raw IP", 276: "Linux SLL2", 105: "link type 105",
	} {
		if l.String() != want {
			t.Errorf("%d: %s, want %s", l, l, want)
		}
	}
}

func TestParseLinkNoAllocation(t *testing.T) {
	ether := mustBuild(t, tagged(header4(), frame.VLAN{ID: 1}, frame.VLAN{ID: 2}, frame.VLAN{ID: 3}), "payload")
	for _, l := range linkTypes {
		b := relink(l, ether)
		if !carries(l, true) {
			continue
		}
		if n := testing.AllocsPerRun(100, func() {
			if f, err := frame.ParseLink(l, b); err != nil || string(f.Payload) != "payload" {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", l, n)
		}
	}
}

// gopacket does not know OpenBSD's raw IP, raw IP of one family, and SLL2.
func TestLinkAgainstGopacket(t *testing.T) {
	decoders := map[frame.LinkType]gopacket.Decoder{
		0: layers.LinkTypeNull, 101: layers.LinkTypeRaw, 108: layers.LinkTypeLoop, 113: layers.LinkTypeLinuxSLL,
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		h, payload := randomHeader(r), randomPayload(r)
		ether := mustAppend(t, mustTemplate(t, h), payload)
		for l, decoder := range decoders {
			b := relink(l, ether)
			f, err := frame.ParseLink(l, b)
			if err != nil {
				t.Fatalf("%v: %v: %x", l, err, b)
			}
			p := gopacket.NewPacket(b, decoder, gopacket.NoCopy)
			udp, ok := p.Layer(layers.LayerTypeUDP).(*layers.UDP)
			if !ok {
				t.Fatalf("%v: gopacket finds no UDP: %v", l, p)
			}
			src, dst := p.NetworkLayer().NetworkFlow().Endpoints()
			if !bytes.Equal(src.Raw(), f.Source.Addr.AsSlice()) || !bytes.Equal(dst.Raw(), f.Target.Addr.AsSlice()) ||
				uint16(udp.SrcPort) != f.Source.Port || uint16(udp.DstPort) != f.Target.Port || !bytes.Equal(udp.Payload, f.Payload) {
				t.Fatalf("%v: %x\n got %+v\ngopacket %v", l, b, f.Header(), p)
			}
			if sll, ok := p.LinkLayer().(*layers.LinuxSLL); ok && !bytes.Equal(sll.Addr, f.Source.MAC[:]) {
				t.Errorf("SLL: MAC %v, gopacket: %v", f.Source.MAC, sll.Addr)
			}
			tags := 0
			for _, layer := range p.Layers() {
				if q, ok := layer.(*layers.Dot1Q); ok {
					if f.VLAN(tags).ID != q.VLANIdentifier || f.VLAN(tags).Priority != q.Priority {
						t.Errorf("%v: tag %d is %+v, gopacket: %+v", l, tags, f.VLAN(tags), q)
					}
					tags++
				}
			}
			if tags != f.NumVLAN() {
				t.Errorf("%v: %d tags, gopacket: %d", l, f.NumVLAN(), tags)
			}
		}
	}
}

// tshark knows all link types and finds the checksums right.
func TestLinkAgainstTshark(t *testing.T) {
	tshark := frametest.RequireTool(t, "tshark")
	number := binary.LittleEndian.AppendUint32
	for _, l := range linkTypes {
		if l == 12 || l == 14 {
			continue // to Wireshark these are what they are on its own system
		}
		file := number(dehex(t, "d4c3b2a1 02000400 00000000 00000000 00000400"), uint32(l))
		var want []string
		for _, h := range []frame.Header{tagged(header4(), frame.VLAN{ID: 9}, frame.VLAN{ID: 8}), tagged(header6(), frame.VLAN{ID: 7})} {
			if !carries(l, h.Source.Addr.Is4()) {
				continue
			}
			b := relink(l, mustBuild(t, h, "told to tshark"))
			f, err := frame.ParseLink(l, b)
			if err != nil {
				t.Fatal(l, err)
			}
			file = number(number(append(file, make([]byte, 8)...), uint32(len(b))), uint32(len(b)))
			file = append(file, b...)
			var tags []string
			for i := range f.NumVLAN() {
				tags = append(tags, fmt.Sprint(f.VLAN(i).ID))
			}
			addrs, mac := "|"+f.Source.Addr.String(), ""
			if f.IsIPv4() {
				addrs = f.Source.Addr.String() + "|"
			}
			if l == frame.LinkSLL || l == frame.LinkSLL2 {
				mac = f.Source.MAC.String()
			}
			want = append(want, strings.Join([]string{addrs, "6665|6666|1", strings.Join(tags, ","), mac, fmt.Sprintf("%x", f.Payload)}, "|"))
		}
		name := filepath.Join(t.TempDir(), "link.pcap")
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tshark, "-r", name, "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "separator=|", "-e", "ip.src", "-e", "ipv6.src",
			"-e", "udp.srcport", "-e", "udp.dstport", "-e", "udp.checksum.status", "-e", "vlan.id", "-e", "sll.src.eth", "-e", "udp.payload").Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(out)); got != strings.Join(want, "\n") {
			t.Errorf("%v: tshark finds\n%s\nwe find\n%s", l, got, strings.Join(want, "\n"))
		}
	}
}

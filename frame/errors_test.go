package frame_test

import (
	"errors"
	"slices"
	"testing"

	"netkmsg/frame"
)

// What Parse says of each thing that can be wrong.
func TestParseErrors(t *testing.T) {
	b6, b4 := mustBuild(t, header6(), "12 bytes 678"), mustBuild(t, header4(), "12 bytes 678")
	tag := mustBuild(t, tagged(header4(), frame.VLAN{ID: 1}, frame.VLAN{ID: 2}), "")
	ext := func(first byte, hex string) []byte { return extend(b6, first, dehex(t, hex)) }
	for _, c := range []struct {
		name string
		in   []byte
		err  error
		want string // after "parse frame: "
	}{
		{"nothing", nil, frame.ErrTruncated, "Ethernet header at byte 0 is 0 bytes, want 14 bytes or more: cut short"},
		{"no type", b6[:13], frame.ErrTruncated, "Ethernet header at byte 0 is 13 bytes, want 14 bytes or more: cut short"},
		{"tag cut", tag[:17], frame.ErrTruncated, "VLAN header at byte 12 is 5 bytes, want 6 bytes or more: cut short"},
		{"second tag cut", tag[:18], frame.ErrTruncated, "VLAN header at byte 16 is 2 bytes, want 6 bytes or more: cut short"},
		{"ARP", change(b6, 12, 0x08, 0x06), frame.ErrNotUDP,
			"Ethernet EtherType at byte 12 is 0x0806, want 0x86dd (IPv6) or 0x0800 (IPv4): not UDP over IPv6 or IPv4"},
		{"802.3 length behind tags", change(tag, 20, 0x00, 0x26), frame.ErrNotUDP,
			"Ethernet EtherType at byte 20 is 0x0026, want 0x86dd (IPv6) or 0x0800 (IPv4): not UDP over IPv6 or IPv4"},

		{"IPv4 cut", b4[:15], frame.ErrTruncated, "IPv4 header at byte 14 is 1 byte, want 20 bytes or more: cut short"},
		{"IPv4 version", change(b4, 14, 0x65), nil, "IPv4 Version at byte 14 is 6, want 4"},
		{"IHL", change(b4, 14, 0x44), nil, "IPv4 IHL at byte 14 is 4, want 5 or more"},
		{"total length below the header", change(b4, 16, 0, 19), nil, "IPv4 Total Length at byte 16 is 19, want 20 or more, the header's own"},
		{"total length below options", change(b4, 14, 0x4f, 0, 0, 40), nil, "IPv4 Total Length at byte 16 is 40, want 60 or more, the header's own"},
		{"total length beyond", change(b4, 16, 0, 41), frame.ErrTruncated,
			"IPv4 Total Length at byte 16 is 41, want at most 40, what is left of the frame: cut short"},
		{"IPv4 checksum", change(b4, 22, 63), frame.ErrChecksum,
			"IPv4 Header Checksum at byte 24 is 0xf6c1, want 0xf7c1: damaged, or left for the device to fill in"},
		{"TCP", fixIPv4(change(b4, 23, 6)), frame.ErrNotUDP, "IPv4 Protocol at byte 23 is 6, want 17 (UDP): not UDP over IPv6 or IPv4"},
		{"first fragment", fixIPv4(change(b4, 20, 0x20, 0)), frame.ErrFragment,
			"IPv4 Fragment Offset at byte 20 is 0 with more to follow, want 0 with nothing to follow: a fragment, to be reassembled first"},
		{"last fragment", fixIPv4(change(b4, 20, 0x00, 185)), frame.ErrFragment,
			"IPv4 Fragment Offset at byte 20 is 1480, want 0 with nothing to follow: a fragment, to be reassembled first"},
		{"fragment far behind", fixIPv4(change(b4, 20, 0x10, 0)), frame.ErrFragment,
			"IPv4 Fragment Offset at byte 20 is 32768, want 0 with nothing to follow: a fragment, to be reassembled first"},
		{"fragment of TCP", fixIPv4(change(b4, 20, 0x20, 0, 64, 6)), frame.ErrNotUDP, "IPv4 Protocol at byte 23 is 6, want 17 (UDP): not UDP over IPv6 or IPv4"},

		{"IPv6 cut", b6[:53], frame.ErrTruncated, "IPv6 header at byte 14 is 39 bytes, want 40 bytes or more: cut short"},
		{"IPv6 version", change(b6, 14, 0x45), nil, "IPv6 Version at byte 14 is 4, want 6"},
		{"payload length beyond", change(b6, 18, 0xff, 0xff), frame.ErrTruncated,
			"IPv6 Payload Length at byte 18 is 65535, want at most 20, what is left of the frame: cut short"},
		{"ICMPv6", change(b6, 20, 58), frame.ErrNotUDP,
			"IPv6 Next Header at byte 20 is 58, want 17 (UDP) or an extension header in front of it: not UDP over IPv6 or IPv4"},
		{"no next header behind options", ext(60, "3b 00 0104 00000000"), frame.ErrNotUDP,
			"Destination Options Next Header at byte 54 is 59, want 17 (UDP) or an extension header in front of it: not UDP over IPv6 or IPv4"},
		{"late hop-by-hop", ext(60, "00 00 0104 00000000 11 00 0104 00000000"), nil,
			"Destination Options Next Header at byte 54 is 0 (Hop-by-Hop Options), want anything else, as these options come first"},
		{"extension cut", change(ext(0, "2b 00 0104 00000000"), 18, 0, 15), frame.ErrTruncated,
			"Routing header at byte 62 is 7 bytes, want 8 bytes or more: cut short"},
		{"extension too long", ext(60, "11 04 0104 00000000"), nil,
			"Destination Options Hdr Ext Len at byte 55 is 4 (40 bytes), want 8 to 28 bytes, as many as the packet has left"},
		{"authentication too short", ext(51, "11 00 0000 00000000"), nil,
			"Authentication Payload Len at byte 55 is 0 (8 bytes), want 12 to 28 bytes, as many as the packet has left"},
		{"first IPv6 fragment", ext(44, "11 00 0001 00000001"), frame.ErrFragment,
			"Fragment Fragment Offset at byte 56 is 0 with more to follow, want 0 with nothing to follow: a fragment, to be reassembled first"},
		{"IPv6 fragment", ext(44, "11 00 05a9 00000001"), frame.ErrFragment,
			"Fragment Fragment Offset at byte 56 is 1448 with more to follow, want 0 with nothing to follow: a fragment, to be reassembled first"},
		{"routing of a type unknown", ext(43, "11 00 03 02 00000000"), nil,
			"Routing Segments Left at byte 57 is 2, want 0, as the last destination in 8 bytes of routing type 3 is not known"},
		{"routing without addresses", ext(43, "11 01 00 01 00000000 0000000000000000"), nil,
			"Routing Segments Left at byte 57 is 1, want 0, as the last destination in 16 bytes of routing type 0 is not known"},

		{"UDP cut by IPv6", change(b6, 18, 0, 7), frame.ErrTruncated, "UDP header at byte 54 is 7 bytes, want 8 bytes or more: cut short"},
		{"UDP cut by IPv4", fixIPv4(change(b4, 16, 0, 20)), frame.ErrTruncated, "UDP header at byte 34 is 0 bytes, want 8 bytes or more: cut short"},
		{"UDP length too small", change(b6, 58, 0, 19), nil, "UDP Length at byte 58 is 19, want 20, up to the end of the IP packet"},
		{"UDP length too large", change(b4, 38, 1, 20), nil, "UDP Length at byte 38 is 276, want 20, up to the end of the IP packet"},
		{"UDP length of jumbograms", change(b6, 58, 0, 0), nil, "UDP Length at byte 58 is 0, want 20, up to the end of the IP packet"},
		{"UDP checksum", change(b6, 62, '2'), frame.ErrChecksum,
			"UDP Checksum at byte 60 is 0x178c, want 0x168c: damaged, or left for the device to fill in"},
		{"no UDP checksum", change(b6, 60, 0, 0), frame.ErrChecksum,
			"UDP Checksum at byte 60 is 0x0000, want 0x178c: damaged, or left for the device to fill in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := frame.Parse(c.in)
			e, ok := errors.AsType[*frame.ParseError](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if e.Error() != "parse frame: "+c.want {
				t.Errorf("\n got %v\nwant parse frame: %s", e, c.want)
			}
			if e.Err != c.err || c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("wraps %v, want %v", e.Err, c.err)
			}
			if f.Payload != nil || f.NumVLAN() != 0 || f.Fields() != nil {
				t.Errorf("came with %+v", f)
			}
		})
	}
}

// A datagram that Parse refuses for its surplus is whole without it.
func TestParseSurplus(t *testing.T) {
	b := mustBuild(t, header6(), "UDP options")
	b = slices.Concat(b, []byte{0, 0, 0, 0})
	if f, err := frame.Parse(b); err != nil || len(f.Padding) != 4 {
		t.Errorf("behind the packet: %v", err)
	}
	b[19] += 4
	e, ok := errors.AsType[*frame.ParseError](func() error { _, err := frame.Parse(b); return err }())
	if !ok || e.Layer != "UDP" || e.Field != "Length" || e.Offset != 58 || e.Got != "19" || e.Want != "23, up to the end of the IP packet" || e.Err != nil {
		t.Errorf("within the packet: %+v", e)
	}
}

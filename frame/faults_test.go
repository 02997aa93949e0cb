package frame_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame"
)

func TestFaults(t *testing.T) {
	b6, b4 := mustBuild(t, header6(), "12 bytes 678"), mustBuild(t, header4(), "12 bytes 678")
	pad := func(b []byte, hex string) []byte { return slices.Concat(b, dehex(t, hex)) }
	for _, c := range []struct {
		name string
		link frame.LinkType
		in   []byte
		want string // a line for each fault
	}{
		{"good IPv6", 1, b6, ""},
		{"good IPv4, padded", 1, pad(b4, "000000000000"), ""},
		{"another protocol", 1, change(b6, 12, 0x08, 0x06), ""},
		{"TCP", 1, fixIPv4(change(b4, 23, 6)), ""},
		{"fragment", 1, fixIPv4(change(b4, 20, 0x00, 185)), ""},
		{"no IPv4 UDP checksum", 1, change(b4, 40, 0, 0), ""},
		{"no IPv6 UDP checksum", 1, change(b6, 60, 0, 0), "UDP Checksum at byte 60 is 0x0000, want 0x178c: damaged, or left for the device to fill in"},
		{"fragment with a wrong checksum", 1, change(b4, 20, 0x00, 185),
			"IPv4 Header Checksum at byte 24 is 0xf6c1, want 0xf608: damaged, or left for the device to fill in"},
		{"both checksums", 1, change(change(b4, 24, 1, 2), 40, 3, 4),
			"IPv4 Header Checksum at byte 24 is 0x0102, want 0xf6c1: damaged, or left for the device to fill in\n" +
				"UDP Checksum at byte 40 is 0x0304, want 0xbfc4: damaged, or left for the device to fill in"},
		{"all there is", 1, pad(change(change(change(b4, 24, 1, 2), 38, 0, 21), 40, 3, 4), "0000beef"),
			"IPv4 Header Checksum at byte 24 is 0x0102, want 0xf6c1: damaged, or left for the device to fill in\n" +
				"UDP Length at byte 38 is 21, want 20, up to the end of the IP packet\n" +
				"UDP Checksum at byte 40 is 0x0304, want 0xbfc4: damaged, or left for the device to fill in\n" +
				"Ethernet Padding at byte 56 is beef, want zeros: not part of the packet"},
		{"UDP length alone", 1, change(b6, 58, 0, 19), "UDP Length at byte 58 is 19, want 20, up to the end of the IP packet"},
		{"bytes between UDP and IP", 1, change(pad(b6, "01020304"), 18, 0, 24), "UDP Length at byte 58 is 20, want 24, up to the end of the IP packet"},
		{"IPv4 cut", 1, b4[:50], "IPv4 Total Length at byte 16 is 40, want at most 36, what is left of the frame: cut short"},
		{"IPv6 cut", 1, b6[:70], "IPv6 Payload Length at byte 18 is 20, want at most 16, what is left of the frame: cut short"},
		{"IPv4 cut in UDP", 1, b4[:39], "IPv4 Total Length at byte 16 is 40, want at most 25, what is left of the frame: cut short"},
		{"IPv4 cut, and more", 1, change(change(b4, 24, 1, 2), 38, 0, 77)[:50],
			"IPv4 Total Length at byte 16 is 40, want at most 36, what is left of the frame: cut short\n" +
				"IPv4 Header Checksum at byte 24 is 0x0102, want 0xf6c1: damaged, or left for the device to fill in\n" +
				"UDP Length at byte 38 is 77, want 20, up to the end of the IP packet"},
		{"IPv6 cut in an extension", 1, extend(b6, 0, dehex(t, "3c 01 010c 000000000000000000000000"))[:57],
			"IPv6 Payload Length at byte 18 is 36, want at most 3, what is left of the frame: cut short"},
		{"IPv4 cut in options", 1, change(b4, 14, 0x4f)[:50],
			"IPv4 Total Length at byte 16 is 40, want 60 or more, the header's own"},
		{"IPv4 length too small", 1, change(b4, 16, 0, 19),
			"IPv4 Total Length at byte 16 is 19, want 20 or more, the header's own"},
		{"IPv4 length too small, and checksum", 1, change(change(b4, 16, 0, 19), 24, 1, 2),
			"IPv4 Total Length at byte 16 is 19, want 20 or more, the header's own\n" +
				"IPv4 Header Checksum at byte 24 is 0x0102, want 0xf6c1: damaged, or left for the device to fill in"},
		{"IPv4 length too small, summed up so, padded", 1, pad(fixIPv4(change(b4, 16, 0, 19)), "0000"),
			"IPv4 Total Length at byte 16 is 19, want 20 or more, the header's own"},
		{"header cut", 1, b6[:53], "IPv6 header at byte 14 is 39 bytes, want 40 bytes or more: cut short"},
		{"nothing", 1, nil, "Ethernet header at byte 0 is 0 bytes, want 14 bytes or more: cut short"},
		{"version", 1, change(b6, 14, 0x45), "IPv6 Version at byte 14 is 4, want 6"},
		{"cooked", 113, pad(relink(113, change(b4, 24, 1, 2)), "00ff"),
			"IPv4 Header Checksum at byte 26 is 0x0102, want 0xf6c1: damaged, or left for the device to fill in\n" +
				"Linux SLL Padding at byte 57 is ff, want zeros: not part of the packet"},
		{"unknown link", 105, b4, "Link type at byte 0 is 105, want 0, 1, 12, 14, 101, 108, 113, 228, 229 or 276: link type not known"},
	} {
		given := slices.Clone(c.in)
		var got []string
		for _, e := range frame.Faults(c.link, c.in) {
			got = append(got, strings.TrimPrefix(e.Error(), "parse frame: "))
		}
		if s := strings.Join(got, "\n"); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, s, c.want)
		}
		if !slices.Equal(given, c.in) {
			t.Errorf("%s: the input was changed", c.name)
		}
	}
}

// Of every damage to two bytes Faults finds all that Parse finds, first of all.
func TestFaultsBeginAsParse(t *testing.T) {
	for name, h := range map[string]frame.Header{"IPv6": header6(), "IPv4": tagged(header4(), frame.VLAN{ID: 1})} {
		good := mustBuild(t, h, "damaged twice")
		for i := range good {
			for j := range i {
				b := change(good, i, good[i]^0x11)
				b[j] ^= 0x22
				_, err := frame.Parse(b)
				faults := frame.Faults(1, b)
				switch e, bad := errors.AsType[*frame.ParseError](err); {
				case !bad && len(faults) > 0, bad && len(faults) == 0 && e.Err != frame.ErrNotUDP && e.Err != frame.ErrFragment:
					t.Fatalf("%s, bytes %d and %d: Parse: %v, faults: %v", name, j, i, err, faults)
				case len(faults) > 0 && faults[0].Error() != err.Error() && e.Err != frame.ErrFragment:
					t.Fatalf("%s, bytes %d and %d: Parse: %v, faults: %v", name, j, i, err, faults)
				}
			}
		}
	}
}

func TestFaultsNoAllocation(t *testing.T) {
	b := mustBuild(t, header6(), "nothing wrong")
	if n := testing.AllocsPerRun(100, func() {
		if frame.Faults(1, b) != nil {
			t.Error("fault")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestFaultsCorpus(t *testing.T) {
	corpus(t, func(flow string, n int, b []byte) {
		if faults := frame.Faults(1, b); faults != nil {
			t.Errorf("%s, frame %d: %v", flow, n, faults)
		}
	})
}

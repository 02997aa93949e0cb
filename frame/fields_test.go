package frame_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame"
)

// table prints fields for comparison, with the place as byte or byte.bit.
func table(fields []frame.Field) string {
	var b strings.Builder
	for _, f := range fields {
		place := fmt.Sprint(f.Offset / 8)
		if f.Offset%8 > 0 {
			place += fmt.Sprintf(".%d", f.Offset%8)
		}
		line := fmt.Sprintf("%s, %s, %d: %s", place, f.Name, f.Len, f.Value)
		if f.Note != "" {
			line += " (" + f.Note + ")"
		}
		fmt.Fprintf(&b, "%s: %s\n", f.Layer, line)
	}
	return b.String()
}

// checkFields requires that fields cover the frame without gaps, and that each
// number is the one its bits spell.
func checkFields(t *testing.T, b []byte, fields []frame.Field) {
	t.Helper()
	at := 0
	for _, f := range fields {
		if f.Offset != at || f.Len <= 0 || f.Layer == "" || f.Name == "" || f.Value == "" {
			t.Errorf("at bit %d: %+v", at, f)
		}
		at += f.Len
		if f.Len > 32 || strings.HasSuffix(f.Name, "Address") || slices.Contains([]string{"Data", "Padding", "Options", "type-specific data", "Integrity Check Value"}, f.Name) {
			continue
		}
		var v uint64
		for bit := f.Offset; bit < f.Offset+f.Len; bit++ {
			v = v<<1 | uint64(b[bit/8]>>(7-bit%8)&1)
		}
		if dec, hex := fmt.Sprint(v), fmt.Sprintf("0x%0*x", (f.Len+3)/4, v); f.Value != dec && f.Value != hex {
			t.Errorf("%s %s is %s, its bits are %s or %s", f.Layer, f.Name, f.Value, dec, hex)
		}
	}
	if at != 8*len(b) {
		t.Errorf("fields end at bit %d of %d", at, 8*len(b))
	}
}

func TestFields(t *testing.T) {
	v4 := tagged(header4(), frame.VLAN{TPID: frame.TPIDService, Priority: 5, ID: 100}, frame.VLAN{DropEligible: true, ID: 42})
	v4.TrafficClass, v4.HopLimit, v4.DontFragment = 0xba, 63, true
	v6 := header6()
	v6.FlowLabel = 0xabcde
	ext := "3c 00 0104 00000000  2b 00 0104 00000000  2c 02 00 00 00000000 00000000000000000000000000000009" +
		"33 00 0006 12345678  11 04 0000 00000001 00000002 aaaaaaaaaaaaaaaaaaaaaaaa"
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"IPv6", mustBuild(t, v6, "tab\tand newline\n"), `
Ethernet: 0, Destination Address, 48: 02:00:00:00:00:02
Ethernet: 6, Source Address, 48: 02:00:00:00:00:01
Ethernet: 12, EtherType, 16: 0x86dd (IPv6)
IPv6: 14, Version, 4: 6
IPv6: 14.4, Traffic Class, 8: 0x00 (DSCP 0, ECN 0)
IPv6: 15.4, Flow Label, 20: 0xabcde
IPv6: 18, Payload Length, 16: 24 (all behind this header)
IPv6: 20, Next Header, 8: 17 (UDP)
IPv6: 21, Hop Limit, 8: 32 (netpoll's)
IPv6: 22, Source Address, 128: fe80::1 (link-local)
IPv6: 38, Destination Address, 128: 2001:db8::2
UDP: 54, Source Port, 16: 6665
UDP: 56, Destination Port, 16: 6666
UDP: 58, Length, 16: 24 (header and payload)
UDP: 60, Checksum, 16: 0x4f2a (right)
Payload: 62, Data, 128: "tab\tand newline\n" (16 bytes)
`},
		{"IPv4, tags, padding", append(mustBuild(t, v4, ""), make([]byte, 20)...), `
Ethernet: 0, Destination Address, 48: ff:ff:ff:ff:ff:ff (broadcast)
Ethernet: 6, Source Address, 48: 02:00:00:00:00:01
VLAN: 12, TPID, 16: 0x88a8 (802.1ad S-tag)
VLAN: 14, PCP, 3: 5
VLAN: 14.3, DEI, 1: 0
VLAN: 14.4, VID, 12: 100
VLAN: 16, TPID, 16: 0x8100 (802.1Q C-tag)
VLAN: 18, PCP, 3: 0
VLAN: 18.3, DEI, 1: 1
VLAN: 18.4, VID, 12: 42
Ethernet: 20, EtherType, 16: 0x0800 (IPv4)
IPv4: 22, Version, 4: 4
IPv4: 22.4, IHL, 4: 5 (20 bytes)
IPv4: 23, Type of Service, 8: 0xba (DSCP 46, ECN 2)
IPv4: 24, Total Length, 16: 28 (header, UDP header and payload)
IPv4: 26, Identification, 16: 0
IPv4: 28, Reserved Flag, 1: 0
IPv4: 28.1, Don't Fragment, 1: 1
IPv4: 28.2, More Fragments, 1: 0
IPv4: 28.3, Fragment Offset, 13: 0
IPv4: 30, Time to Live, 8: 63
IPv4: 31, Protocol, 8: 17 (UDP)
IPv4: 32, Header Checksum, 16: 0xb713 (right)
IPv4: 34, Source Address, 32: 192.0.2.1
IPv4: 38, Destination Address, 32: 192.0.2.2
UDP: 42, Source Port, 16: 6665
UDP: 44, Destination Port, 16: 6666
UDP: 46, Length, 16: 8 (header and payload)
UDP: 48, Checksum, 16: 0x47c7 (right)
Ethernet: 50, Padding, 160: 00000000000000000000000000000000… (20 bytes)
`},
		{"extension headers", extend(mustBuild(t, header6(), "x"), 0, dehex(t, ext)), `
Ethernet: 0, Destination Address, 48: 02:00:00:00:00:02
Ethernet: 6, Source Address, 48: 02:00:00:00:00:01
Ethernet: 12, EtherType, 16: 0x86dd (IPv6)
IPv6: 14, Version, 4: 6
IPv6: 14.4, Traffic Class, 8: 0x00 (DSCP 0, ECN 0)
IPv6: 15.4, Flow Label, 20: 0x00000
IPv6: 18, Payload Length, 16: 81 (all behind this header)
IPv6: 20, Next Header, 8: 0 (Hop-by-Hop Options)
IPv6: 21, Hop Limit, 8: 32 (netpoll's)
IPv6: 22, Source Address, 128: fe80::1 (link-local)
IPv6: 38, Destination Address, 128: 2001:db8::2
Hop-by-Hop Options: 54, Next Header, 8: 60 (Destination Options)
Hop-by-Hop Options: 55, Hdr Ext Len, 8: 0 (8 bytes)
Hop-by-Hop Options: 56, Options, 48: 010400000000 (6 bytes)
Destination Options: 62, Next Header, 8: 43 (Routing)
Destination Options: 63, Hdr Ext Len, 8: 0 (8 bytes)
Destination Options: 64, Options, 48: 010400000000 (6 bytes)
Routing: 70, Next Header, 8: 44 (Fragment)
Routing: 71, Hdr Ext Len, 8: 2 (24 bytes)
Routing: 72, Routing Type, 8: 0
Routing: 73, Segments Left, 8: 0
Routing: 74, type-specific data, 160: 00000000000000000000000000000000… (20 bytes)
Fragment: 94, Next Header, 8: 51 (Authentication)
Fragment: 95, Reserved, 8: 0x00
Fragment: 96, Fragment Offset, 13: 0
Fragment: 97.5, Res, 2: 3
Fragment: 97.7, M flag, 1: 0 (a datagram in one piece)
Fragment: 98, Identification, 32: 0x12345678
Authentication: 102, Next Header, 8: 17 (UDP)
Authentication: 103, Payload Len, 8: 4 (24 bytes)
Authentication: 104, RESERVED, 16: 0x0000
Authentication: 106, Security Parameters Index, 32: 0x00000001
Authentication: 110, Sequence Number, 32: 2
Authentication: 114, Integrity Check Value, 96: aaaaaaaaaaaaaaaaaaaaaaaa (12 bytes)
UDP: 126, Source Port, 16: 6665
UDP: 128, Destination Port, 16: 6666
UDP: 130, Length, 16: 9 (header and payload)
UDP: 132, Checksum, 16: 0x278c (right)
Payload: 134, Data, 8: "x" (1 byte)
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := frame.Parse(c.in)
			if err != nil {
				t.Fatal(err)
			}
			checkFields(t, c.in, f.Fields())
			if got := table(f.Fields()); got != c.want[1:] {
				t.Errorf("\n got\n%s\nwant\n%s", got, c.want[1:])
			}
		})
	}
	if f := (frame.Frame{}).Fields(); f != nil {
		t.Errorf("a zero frame has fields: %v", f)
	}
}

func TestFieldsChecksums(t *testing.T) {
	b4, b6 := mustBuild(t, header4(), "?"), mustBuild(t, header6(), "?")
	for _, c := range []struct {
		in   []byte
		want string
	}{
		{change(b4, 24, 0, 0), "0x0000 (wrong, should be 0xf6cc) 0x08c5 (right)"},
		{change(b4, 40, 0, 0), "0xf6cc (right) 0x0000 (none)"},
		{change(b4, 40, 1, 2), "0xf6cc (right) 0x0102 (wrong, should be 0x08c5)"},
		{change(b6, 60, 0, 0), "0x0000 (wrong, should be 0x608c)"},
	} {
		f, err := frame.ParseUnverified(c.in)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range f.Fields() {
			if strings.HasSuffix(f.Name, "Checksum") {
				got = append(got, f.Value+" ("+f.Note+")")
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("got %s, want %s", s, c.want)
		}
	}
}

func TestFieldsNotes(t *testing.T) {
	for addr, want := range map[string]string{
		"::": "unspecified", "::1": "loopback", "ff02::1": "multicast", "fe80::7": "link-local",
		"::ffff:10.0.0.1": "IPv4-mapped", "fd00::1": "private", "2001:db8::1": "",
		"0.0.0.0": "unspecified", "127.0.0.1": "loopback", "239.1.2.3": "multicast", "169.254.1.1": "link-local",
		"10.0.0.1": "private", "255.255.255.255": "broadcast", "192.0.2.1": "",
	} {
		h := header6()
		if !strings.Contains(addr, ":") {
			h = header4()
		}
		h.Target.MAC = frame.MAC{0x33, 0x33}
		h.Target.Addr = parseAddr(t, addr)
		f, err := frame.Parse(mustBuild(t, h, strings.Repeat("é\x00", 50)))
		if err != nil {
			t.Fatal(err)
		}
		text := table(f.Fields())
		line := "Destination Address, " + fmt.Sprint(h.Target.Addr.BitLen()) + ": " + h.Target.Addr.String()
		if want != "" {
			line += " (" + want + ")"
		}
		for _, s := range []string{line + "\n", "33:33:00:00:00:00 (multicast)\n", `\x00é\x00é`, `"… (150 bytes)`} {
			if !strings.Contains(text, s) {
				t.Errorf("%s: no %q in\n%s", addr, s, text)
			}
		}
	}
}

func TestFieldsCorpus(t *testing.T) {
	corpus(t, func(flow string, n int, b []byte) {
		f, err := frame.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		checkFields(t, b, f.Fields())
	})
}

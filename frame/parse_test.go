package frame_test

import (
	"bytes"
	"errors"
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"netkmsg/frame"
)

func TestParseFields(t *testing.T) {
	h6 := tagged(header6(), frame.VLAN{TPID: frame.TPIDService, Priority: 3, DropEligible: true, ID: 4094}, frame.VLAN{ID: 1})
	h6.TrafficClass, h6.FlowLabel, h6.HopLimit = 0xff, 0x12345, 1
	h4 := header4()
	h4.TrafficClass, h4.HopLimit, h4.DontFragment = 0x10, 255, true
	for name, h := range map[string]frame.Header{"IPv6": h6, "IPv4": h4, "IPv6 default": header6(), "IPv4 default": header4()} {
		tpl := mustTemplate(t, h)
		tpl.SetID(0xbeef)
		b := slices.Grow(mustAppend(t, tpl, []byte("payload")), 100)
		f, err := frame.Parse(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := normal(h)
		if got := f.Header(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: header\n got %+v\nwant %+v", name, got, want)
		}
		if f.HopLimit != want.HopLimit || f.TrafficClass != h.TrafficClass || f.FlowLabel != h.FlowLabel ||
			f.DontFragment != h.DontFragment || f.NumVLAN() != len(h.VLANs) || f.IsIPv4() != tpl.IsIPv4() || f.NextHeader != 17 {
			t.Errorf("%s: %+v", name, f)
		}
		if wantID := map[bool]uint16{true: 0xbeef}[f.IsIPv4()]; f.ID != wantID {
			t.Errorf("%s: ID %#x, want %#x", name, f.ID, wantID)
		}
		if n := len(b) - 7; f.UDPChecksum != uint16(b[n-2])<<8|uint16(b[n-1]) || string(f.Payload) != "payload" || &f.Payload[0] != &b[n] {
			t.Errorf("%s: checksum %#x, payload %q", name, f.UDPChecksum, f.Payload)
		}
		if cap(f.Payload) != len(f.Payload) || cap(f.Extensions) != 0 {
			t.Errorf("%s: slices that reach into what follows", name)
		}
		if len(f.Extensions) != 0 || len(f.Padding) != 0 {
			t.Errorf("%s: extensions %x, padding %x", name, f.Extensions, f.Padding)
		}
		for i, v := range want.VLANs {
			if f.VLAN(i) != v {
				t.Errorf("%s: VLAN %d is %+v, want %+v", name, i, f.VLAN(i), v)
			}
		}
	}
}

func TestVLANOutOfRange(t *testing.T) {
	f, err := frame.Parse(mustBuild(t, tagged(header6(), frame.VLAN{ID: 1}, frame.VLAN{ID: 2}), ""))
	if err != nil || f.NumVLAN() != 2 {
		t.Fatal(f.NumVLAN(), err)
	}
	if n := (frame.Frame{}).NumVLAN(); n != 0 {
		t.Errorf("a zero frame has %d tags", n)
	}
	for _, f := range []frame.Frame{f, {}} {
		for _, i := range []int{-1, f.NumVLAN(), 99} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("VLAN(%d) of %d did not panic", i, f.NumVLAN())
					}
				}()
				f.VLAN(i)
			}()
		}
	}
}

func TestParsePadding(t *testing.T) {
	for name, h := range map[string]frame.Header{"IPv6": header6(), "IPv4": tagged(header4(), frame.VLAN{ID: 5})} {
		b := mustBuild(t, h, "x")
		for _, n := range []int{1, 17, 2000} {
			tail := bytes.Repeat([]byte{0xee}, n)
			f, err := frame.Parse(slices.Concat(b, tail))
			if err != nil || !bytes.Equal(f.Padding, tail) || string(f.Payload) != "x" {
				t.Errorf("%s, %d bytes behind: padding %x, payload %q, %v", name, n, f.Padding, f.Payload, err)
			}
		}
	}
}

func TestParseIPv4Options(t *testing.T) {
	plain := mustBuild(t, header4(), "options")
	for _, n := range []int{4, 8, 40} {
		options := bytes.Repeat([]byte{1}, n) // no operation
		b := slices.Insert(slices.Clone(plain), 34, options...)
		b[14] += byte(n / 4)
		b[17] += byte(n)
		f, err := frame.Parse(fixIPv4(b))
		if err != nil || !bytes.Equal(f.Extensions, options) || string(f.Payload) != "options" || f.NextHeader != 17 {
			t.Errorf("%d bytes: options %x, payload %q, %v", n, f.Extensions, f.Payload, err)
		}
	}
}

// Extension headers by hand. Each begins with the type of the next; %17 is UDP.
func TestParseExtensions(t *testing.T) {
	plain := mustBuild(t, header6(), "extended")
	for _, c := range []struct {
		name  string
		first byte
		ext   string
	}{
		{"hop-by-hop", 0, "11 00 0104 00000000"},
		{"hop-by-hop, 24 bytes", 0, "11 02 0114 0000000000000000000000000000000000000000"},
		{"destination options", 60, "11 00 0104 00000000"},
		{"routing, nothing left", 43, "11 02 00 00 00000000 20010db8000000000000000000000009"},
		{"routing of unknown type, nothing left", 43, "11 00 fe 00 00000000"},
		{"atomic fragment", 44, "11 00 0000 12345678"},
		{"atomic fragment, reserved bits", 44, "11 ff 0006 12345678"},
		{"authentication", 51, "11 04 0000 00000001 00000002 aaaaaaaaaaaaaaaaaaaaaaaa"},
		{"authentication without value", 51, "11 01 0000 00000001 00000002"},
		{"all in the order recommended", 0, "3c 00 0104 00000000  2b 00 0104 00000000  2c 00 00 00 00000000" +
			"33 00 0000 00000000  3c 04 0000 00000001 00000002 aaaaaaaaaaaaaaaaaaaaaaaa  11 00 0104 00000000"},
	} {
		ext := dehex(t, c.ext)
		f, err := frame.Parse(extend(plain, c.first, ext))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if f.NextHeader != c.first || !bytes.Equal(f.Extensions, ext) || string(f.Payload) != "extended" {
			t.Errorf("%s: next header %d, extensions %x, payload %q", c.name, f.NextHeader, f.Extensions, f.Payload)
		}
	}
}

// On its way through a routing header a datagram has the next stop in the IPv6
// header and the last one in its checksum.
func TestParseRouting(t *testing.T) {
	h := header6()
	last := h.Target.Addr.As16()
	final := mustBuild(t, h, "routed")
	h.Target.Addr = netip.MustParseAddr("2001:db8::99")
	next := h.Target.Addr.As16()
	for _, c := range []struct {
		name string
		head string
		list [][16]byte
	}{
		{"type 0, one left of one", "11 02 00 01 00000000", [][16]byte{last}},
		{"type 0, one left of two", "11 04 00 01 00000000", [][16]byte{{15: 1}, last}},
		{"type 2", "11 02 02 01 00000000", [][16]byte{last}},
		{"type 4, two left of three", "11 06 04 02 02000000", [][16]byte{last, {15: 1}, {15: 2}}},
	} {
		ext := dehex(t, c.head)
		for _, a := range c.list {
			ext = append(ext, a[:]...)
		}
		b := change(extend(final, 43, ext), 38, next[:]...)
		f, err := frame.Parse(b)
		if err != nil || f.Target.Addr != h.Target.Addr || string(f.Payload) != "routed" {
			t.Errorf("%s: target %v, payload %q, %v", c.name, f.Target.Addr, f.Payload, err)
		}
		for _, fd := range f.Fields() {
			if fd.Name == "Checksum" && fd.Note != "right" {
				t.Errorf("%s: checksum %s is %s", c.name, fd.Value, fd.Note)
			}
		}
		b[len(b)-1] ^= 1
		if _, err := frame.Parse(b); !errors.Is(err, frame.ErrChecksum) {
			t.Errorf("%s: damaged: %v", c.name, err)
		}
	}
}

func TestParseNoUDPChecksum(t *testing.T) {
	b := mustBuild(t, header4(), "unchecked")
	f, err := frame.Parse(change(b, 40, 0, 0))
	if err != nil || f.UDPChecksum != 0 || string(f.Payload) != "unchecked" {
		t.Errorf("IPv4: %+v, %v", f, err)
	}
	b = mustBuild(t, header6(), "unchecked")
	if _, err = frame.Parse(change(b, 60, 0, 0)); !errors.Is(err, frame.ErrChecksum) {
		t.Errorf("IPv6: %v, want %v", err, frame.ErrChecksum)
	}
}

func TestParseUnverified(t *testing.T) {
	for name, c := range map[string]struct {
		header frame.Header
		sums   []int
	}{
		"IPv6": {header6(), []int{60}},
		"IPv4": {header4(), []int{24, 40}},
	} {
		good := mustBuild(t, c.header, "unfinished")
		want, err := frame.Parse(good)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range c.sums {
			b := change(good, at, good[at]^0x55)
			if _, err := frame.Parse(b); !errors.Is(err, frame.ErrChecksum) {
				t.Errorf("%s: Parse: %v", name, err)
			}
			f, err := frame.ParseUnverified(b)
			if err != nil || string(f.Payload) != "unfinished" || !reflect.DeepEqual(f.Header(), want.Header()) {
				t.Errorf("%s: ParseUnverified: %+v, %v", name, f, err)
			}
		}
		// Only checksums are forgiven.
		if _, err := frame.ParseUnverified(good[:len(good)-1]); !errors.Is(err, frame.ErrTruncated) {
			t.Errorf("%s: cut short: %v", name, err)
		}
	}
}

// A router may leave the other zero of ones' complement (RFC 1624); the kernel takes it.
func TestParseNegativeZeroIPv4Checksum(t *testing.T) {
	tpl := mustTemplate(t, header4())
	b := mustAppend(t, tpl, nil)
	id := uint16(b[24])<<8 | uint16(b[25]) // with it as ID, the header sums to 0xffff
	tpl.SetID(id)
	b = mustAppend(t, tpl, nil)
	if b[24] != 0 || b[25] != 0 {
		t.Fatalf("header checksum is %x, this test wants 0", b[24:26])
	}
	if _, err := frame.Parse(change(b, 24, 0xff, 0xff)); err != nil {
		t.Error(err)
	}
}

// Every single damaged byte, wherever it is, and every cut is noticed or harmless.
func TestParseDamage(t *testing.T) {
	for name, h := range map[string]frame.Header{
		"IPv6":   header6(),
		"IPv4":   header4(),
		"tagged": tagged(header6(), frame.VLAN{TPID: frame.TPIDStacked, ID: 1}, frame.VLAN{ID: 2}),
	} {
		good := mustBuild(t, h, "a payload of some length")
		link := 14 + 4*len(h.VLANs)
		for n := range good {
			if _, err := frame.Parse(good[:n]); !errors.Is(err, frame.ErrTruncated) {
				t.Errorf("%s: cut to %d bytes: %v", name, n, err)
			}
		}
		for at := link; at < len(good); at++ {
			if !h.Source.Addr.Is4() && at < link+8 && at != link+4 && at != link+5 {
				continue // IPv6 protects neither class, label, hop limit nor the type
			}
			for bit := range 8 {
				b := change(good, at, good[at]^1<<bit)
				if f, err := frame.Parse(b); err == nil {
					t.Errorf("%s: byte %d changed from %#x to %#x unnoticed: %+v", name, at, good[at], b[at], f)
				}
			}
		}
	}
}

func TestParseNoAllocation(t *testing.T) {
	deep := make([]frame.VLAN, 5)
	for name, b := range map[string][]byte{
		"IPv6":      mustBuild(t, header6(), "payload"),
		"IPv4":      mustBuild(t, header4(), "payload"),
		"five tags": mustBuild(t, tagged(header6(), deep...), "payload"),
		"extended":  extend(mustBuild(t, header6(), "payload"), 0, dehex(t, "11 00 0104 00000000")),
	} {
		for _, parse := range []func([]byte) (frame.Frame, error){frame.Parse, frame.ParseUnverified} {
			if n := testing.AllocsPerRun(100, func() {
				f, err := parse(b)
				if err != nil || string(f.Payload) != "payload" {
					t.Error(err)
				}
				for i := range f.NumVLAN() {
					if f.VLAN(i).TPID != frame.TPIDCustomer {
						t.Error(f.VLAN(i))
					}
				}
			}); n != 0 {
				t.Errorf("%s: %v allocations", name, n)
			}
		}
	}
}

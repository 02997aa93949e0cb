package frame_test

import (
	"bytes"
	"errors"
	"net/netip"
	"reflect"
	"strconv"
	"testing"

	"netkmsg/frame"
)

// seeds are good frames of all kinds.
func seeds(f *testing.F) [][]byte {
	plain := mustBuild(f, header6(), "fuzz me")
	list := [][]byte{
		plain,
		mustBuild(f, header4(), "fuzz me"),
		mustBuild(f, tagged(header6(), frame.VLAN{TPID: frame.TPIDService, ID: 9}, frame.VLAN{ID: 8}, frame.VLAN{TPID: frame.TPIDStacked}), ""),
		append(mustBuild(f, header4(), "padded"), make([]byte, 12)...),
		extend(plain, 0, dehex(f, "3c 00 0104 00000000  11 00 0104 00000000")),
		extend(plain, 44, dehex(f, "33 00 0000 00000000  11 04 0000 00000001 00000002 aaaaaaaaaaaaaaaaaaaaaaaa")),
		extend(plain, 43, dehex(f, "11 02 04 01 00000000 20010db8000000000000000000000002")),
		{},
	}
	one := map[string]bool{}
	corpus(f, func(flow string, n int, b []byte) {
		if !one[flow] {
			one[flow] = true
			list = append(list, b)
		}
	})
	return list
}

func FuzzParse(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole := bytes.Clone(b)
		fr, err := frame.Parse(b)
		unverified, errUnverified := frame.ParseUnverified(b)
		if !bytes.Equal(b, whole) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			checkError(t, b, err, errUnverified)
		} else if errUnverified != nil || !reflect.DeepEqual(fr, unverified) {
			t.Fatalf("Parse: %+v, ParseUnverified: %+v, %v", fr, unverified, errUnverified)
		}
		if errUnverified != nil {
			return
		}
		checkFields(t, b, unverified.Fields())
		if n := len(unverified.Payload) + len(unverified.Padding) + len(unverified.Extensions); n > len(b)-42 {
			t.Fatalf("%d bytes of payload, padding and extensions in %d", n, len(b))
		}
		// What the errors want is what makes the frame right.
		for range 2 {
			e, ok := errors.AsType[*frame.ParseError](err)
			if !ok {
				break
			}
			want, bad := strconv.ParseUint(e.Want, 0, 16)
			if bad != nil {
				t.Fatal(e)
			}
			b = change(b, e.Offset, byte(want>>8), byte(want))
			fr, err = frame.Parse(b)
		}
		if err != nil {
			t.Fatal(err)
		}
		rebuild(t, b, fr)
	})
}

// checkError requires that the verifying parser's error is a complete one, and
// that only checksums make a difference between the two.
func checkError(t *testing.T, b []byte, err, errUnverified error) {
	t.Helper()
	e, ok := errors.AsType[*frame.ParseError](err)
	if !ok || e.Layer == "" || e.Field == "" || e.Got == "" || e.Want == "" || e.Got == e.Want || e.Offset < 0 || e.Offset > len(b) {
		t.Fatalf("%#v", err)
	}
	if e.Err != frame.ErrChecksum && (errUnverified == nil || err.Error() != errUnverified.Error()) {
		t.Fatalf("Parse: %v, ParseUnverified: %v", err, errUnverified)
	}
	if errors.Is(errUnverified, frame.ErrChecksum) {
		t.Fatalf("ParseUnverified: %v", errUnverified)
	}
}

// rebuild requires the same frame from its header and payload, unless it has
// what a header does not hold.
func rebuild(t *testing.T, b []byte, fr frame.Frame) {
	t.Helper()
	h := fr.Header()
	link := 14 + 4*len(h.VLANs)
	switch {
	case fr.UDPChecksum == 0, routed(fr):
		return
	case fr.IsIPv4() && (b[link+6]&0x80 != 0 || b[link+10] == 0xff && b[link+11] == 0xff):
		return // the reserved flag, the other zero
	}
	for _, v := range h.VLANs {
		if v.ID == 4095 {
			return
		}
	}
	tpl := mustTemplate(t, h)
	tpl.SetID(fr.ID)
	if got, want := mustAppend(t, tpl, fr.Payload), b[:len(b)-len(fr.Padding)]; !bytes.Equal(got, want) {
		t.Fatalf("\n got %x\nwant %x", got, want)
	}
}

// routed reports whether there is a routing header with segments left.
func routed(fr frame.Frame) bool {
	if fr.IsIPv4() {
		return false
	}
	for next, rest := fr.NextHeader, fr.Extensions; len(rest) > 0; {
		n := (int(rest[1]) + 1) * 8
		switch next {
		case 43:
			if rest[3] != 0 {
				return true
			}
		case 44:
			n = 8
		case 51:
			n = (int(rest[1]) + 2) * 4
		}
		next, rest = rest[0], rest[n:]
	}
	return false
}

func FuzzRoundTrip(f *testing.F) {
	a6, a4 := []byte("\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), []byte{192, 0, 2, 1}
	f.Add([]byte("\x02sourc\x02targe"), a6, a6, uint16(6665), uint16(6666), uint8(0), uint32(0), uint8(0), false, []byte(nil), uint16(0), []byte("payload"))
	f.Add([]byte("\x02sourc\xff\xff\xff\xff\xff\xff"), a4, a4, uint16(0), uint16(65535), uint8(255), uint32(0), uint8(255), true, []byte{7, 1, 15, 254}, uint16(1), []byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 12), bytes.Repeat([]byte{0xff}, 16), a6, uint16(65535), uint16(65535), uint8(1), uint32(0xfffff), uint8(1), false,
		[]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, uint16(65535), bytes.Repeat([]byte{0xff}, 1001))
	f.Add([]byte{}, a4, a6, uint16(1), uint16(2), uint8(3), uint32(1<<20), uint8(5), true, []byte{0xff, 0xff, 0xff, 0xff}, uint16(7), []byte{8})
	f.Fuzz(func(t *testing.T, macs, src, dst []byte, sport, dport uint16, class uint8, label uint32, hops uint8, df bool, tags []byte, id uint16, payload []byte) {
		h := frame.Header{TrafficClass: class, FlowLabel: label, HopLimit: hops, DontFragment: df}
		copy(h.Target.MAC[:], macs)
		copy(h.Source.MAC[:], macs[len(macs)/2:])
		h.Source.Addr, _ = netip.AddrFromSlice(src)
		h.Target.Addr, _ = netip.AddrFromSlice(dst)
		h.Source.Port, h.Target.Port = sport, dport
		for ; len(tags) >= 4; tags = tags[4:] {
			h.VLANs = append(h.VLANs, frame.VLAN{
				TPID:         []uint16{0, frame.TPIDCustomer, frame.TPIDService, frame.TPIDStacked}[tags[0]>>2%4],
				Priority:     tags[1] >> 4,
				DropEligible: tags[0]&1 == 1,
				ID:           uint16(tags[2]&31)<<8 | uint16(tags[3]),
			})
		}
		tpl, err := h.Template()
		if want := valid(h); (err == nil) != want {
			t.Fatalf("%+v: %v, but valid is %t", h, err, want)
		}
		if err != nil {
			return
		}
		tpl.SetID(id)
		b, err := tpl.Append(nil, payload)
		if err != nil {
			t.Fatal(err)
		}
		fr, err := frame.Parse(b)
		if err != nil {
			t.Fatalf("%+v: %v: %x", h, err, b)
		}
		if !tpl.IsIPv4() {
			id = 0
		}
		if !sameHeader(fr.Header(), normal(h)) || fr.ID != id || !bytes.Equal(fr.Payload, payload) || len(fr.Padding) > 0 {
			t.Fatalf("\n got %+v\nwant %+v, ID %d", fr, normal(h), id)
		}
	})
}

// valid says by itself which headers have a template.
func valid(h frame.Header) bool {
	for _, v := range h.VLANs {
		if v.ID > 4094 || v.Priority > 7 {
			return false
		}
	}
	s, t := h.Source.Addr, h.Target.Addr
	if s.BitLen() == 0 || s.BitLen() != t.BitLen() {
		return false
	}
	if s.BitLen() == 32 {
		return h.FlowLabel == 0
	}
	return h.FlowLabel < 1<<20 && !h.DontFragment
}

package frame_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
	"time"

	"netkmsg/frame"
)

func FuzzParseLink(f *testing.F) {
	f.Add(uint16(105), []byte("unknown"))
	for _, b := range seeds(f) {
		for _, l := range linkTypes {
			if len(b) >= 14 {
				f.Add(uint16(l), relink(l, b))
			}
		}
	}
	f.Fuzz(func(t *testing.T, link uint16, b []byte) {
		l, whole := frame.LinkType(link), bytes.Clone(b)
		fr, err := frame.ParseLink(l, b)
		unverified, errUnverified := frame.ParseLinkUnverified(l, b)
		faults := frame.Faults(l, b)
		if !bytes.Equal(b, whole) {
			t.Fatal("the input was changed")
		}
		checkFaults(t, b, err, faults)
		if err != nil {
			checkError(t, b, err, errUnverified)
		} else if errUnverified != nil || !reflect.DeepEqual(fr, unverified) {
			t.Fatalf("ParseLink: %+v, unverified: %+v, %v", fr, unverified, errUnverified)
		}
		if errUnverified != nil {
			return
		}
		checkFields(t, b, unverified.Fields())
		for i := range unverified.NumVLAN() {
			unverified.VLAN(i)
		}
		// The packet is the same without its link.
		raw := b[len(b)-len(unverified.Padding)-packetLen(unverified):]
		bare, errBare := frame.ParseLink(frame.LinkRaw, raw)
		if (err == nil) != (errBare == nil) {
			t.Fatalf("%v: %v, raw: %v", l, err, errBare)
		}
		if err == nil && (!bytes.Equal(bare.Payload, fr.Payload) || bare.Source.Addr != fr.Source.Addr || bare.Target.Port != fr.Target.Port) {
			t.Fatalf("%v: %+v, raw: %+v", l, fr, bare)
		}
	})
}

// packetLen returns the length of the IP packet.
func packetLen(f frame.Frame) int {
	if f.IsIPv4() {
		return 20 + len(f.Extensions) + 8 + len(f.Payload)
	}
	return 40 + len(f.Extensions) + 8 + len(f.Payload)
}

// checkFaults requires that faults begin with Parse's error, and that each is
// complete, wrong about something in the frame, and told once.
func checkFaults(t *testing.T, b []byte, err error, faults []*frame.ParseError) {
	t.Helper()
	told := map[string]bool{}
	for i, e := range faults {
		key := e.Layer + " " + e.Field
		if told[key] || e.Got == e.Want || e.Got == "" || e.Want == "" || e.Offset < 0 || e.Offset > len(b) {
			t.Fatalf("fault %d: %+v of %v", i, e, faults)
		}
		if e.Err == frame.ErrNotUDP || e.Err == frame.ErrFragment || e.Err == frame.ErrPadding && i < len(faults)-1 {
			t.Fatalf("no fault: %v", e)
		}
		told[key] = true
	}
	switch e, _ := errors.AsType[*frame.ParseError](err); {
	case e == nil:
		if len(faults) > 1 || len(faults) == 1 && faults[0].Err != frame.ErrPadding {
			t.Fatalf("no error, but %v", faults)
		}
	case e.Err == frame.ErrNotUDP && len(faults) > 0:
		t.Fatalf("%v, but %v", e, faults)
	case e.Err == frame.ErrNotUDP || e.Err == frame.ErrFragment:
	case len(faults) == 0 || faults[0].Error() != e.Error():
		t.Fatalf("%v, but %v", e, faults)
	}
}

// FuzzDefragment cuts one datagram into fragments and gives them out as the
// script says, with others among them.
//
// Each byte of the script says which fragment comes next, every fourth a
// hostile one made of the two bytes behind it.
func FuzzDefragment(f *testing.F) {
	f.Add(true, uint8(3), []byte{0, 1, 2, 3, 4, 5, 6, 7, 8})
	f.Add(false, uint8(1), []byte{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 1, 2})
	f.Add(true, uint8(200), []byte{0xff, 1, 2, 0xff, 0, 0, 0xff, 255, 255})
	f.Add(false, uint8(0), []byte{0xff, 0x11, 7, 1, 0, 0xff, 0x12, 8, 2, 3})
	payload := make([]byte, 300)
	for i := range payload {
		payload[i] = byte(i * 7)
	}
	h6, h4 := mustBuild(f, header6(), string(payload)), mustBuild(f, header4(), string(payload))
	f.Fuzz(func(t *testing.T, v4 bool, step uint8, script []byte) {
		whole, ip := h6, 54
		if v4 {
			whole, ip = h4, 34
		}
		size := 8 * (1 + int(step)%20)
		var cuts []int
		for at := size; at < len(payload)+8; at += size {
			cuts = append(cuts, at)
		}
		parts := split(whole, 1, cuts...)
		limits := frame.DefragmentLimits{Datagrams: 8, Bytes: 16 << 10, Timeout: time.Minute}
		d := frame.NewDefragmenter(limits)
		at, missing, clean := start, map[int]bool{}, true
		for i := range parts {
			missing[i] = true
		}
		for i := 0; i < len(script); i++ {
			c := script[i]
			b := parts[int(c)%len(parts)]
			if c >= 192 && i+2 < len(script) {
				x, y := script[i+1], script[i+2]
				id, place := uint32(x>>4), 8*int(y)
				b = fragment(whole[:ip], 14, id, place, x&1 == 0, bytes.Repeat([]byte{x}, int(x&14)*4))
				at = at.Add(time.Duration(int8(y)) * time.Second / 4)
				clean = false
				i += 2
			} else {
				delete(missing, int(c)%len(parts))
			}
			given := bytes.Clone(b)
			fr, err := d.Parse(1, given, at)
			if !bytes.Equal(given, b) {
				t.Fatal("the input was changed")
			}
			clear(given)
			if err == nil {
				if clean && len(missing) > 0 {
					t.Fatalf("completed without %v", missing)
				}
				if !bytes.Equal(fr.Payload, payload) { // the UDP checksum sees to that
					t.Fatalf("another payload: %x", fr.Payload)
				}
				for i := range parts {
					missing[i] = true
				}
			} else if clean && len(missing) == 0 {
				t.Fatalf("all have come: %v, %+v", err, d.Stats())
			}
			balance(t, d)
			if s := d.Stats(); s.Waiting > limits.Datagrams {
				t.Fatalf("%+v", s)
			}
		}
		d.Expire(at.Add(1e6 * time.Hour))
		if s := d.Stats(); s.Waiting != 0 {
			t.Fatalf("left: %+v", s)
		}
	})
}

// FuzzDefragmentFrames gives arbitrary frames, each behind its length.
func FuzzDefragmentFrames(f *testing.F) {
	pack := func(frames ...[]byte) (all []byte) {
		for _, b := range frames {
			all = append(binary.BigEndian.AppendUint16(all, uint16(len(b))), b...)
		}
		return all
	}
	for _, b := range seeds(f) {
		if len(b) > 100 && b[12] != 0x81 {
			f.Add(uint16(1), pack(split(b, 5, 16, 24)...))
		}
	}
	six := mustBuild(f, header6(), "a payload that is cut up twice")
	f.Add(uint16(101), pack(relink(101, split(six, 1, 8)[1]), relink(101, split(six, 1, 8)[0])))
	f.Add(uint16(1), pack(split(extend(six, 44, dehex(f, "11 00 0001 00000001")), 3, 16)...))
	f.Fuzz(func(t *testing.T, link uint16, all []byte) {
		d := frame.NewDefragmenter(frame.DefragmentLimits{Datagrams: 4, Bytes: 8 << 10})
		for n := 0; len(all) >= 2; n++ {
			size := min(int(binary.BigEndian.Uint16(all)), len(all)-2)
			b := all[2 : 2+size]
			all = all[2+size:]
			whole, errWhole := frame.ParseLink(frame.LinkType(link), b)
			fr, err := d.Parse(frame.LinkType(link), b, start.Add(time.Duration(n)*time.Second))
			switch {
			case errWhole == nil && (err != nil || !reflect.DeepEqual(whole, fr)):
				t.Fatalf("whole: %+v, %v", fr, err)
			case errWhole != nil && !errors.Is(errWhole, frame.ErrFragment) && (err == nil || err.Error() != errWhole.Error()):
				t.Fatalf("ParseLink: %v, Defragmenter: %v", errWhole, err)
			case err == nil && len(fr.Fields()) == 0:
				t.Fatal("nothing in it")
			}
			balance(t, d)
		}
	})
}

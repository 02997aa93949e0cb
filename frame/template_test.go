package frame_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/mdlayher/ethernet"

	"netkmsg/frame"
)

// dehex reads hexadecimal digits and ignores the blanks between them.
func dehex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The frames were assembled by hand; the checksums were computed apart from this package.
func TestSeal(t *testing.T) {
	full6 := header6()
	full6.TrafficClass, full6.FlowLabel, full6.HopLimit = 0xb9, 0xfedcb, 255
	full4 := header4()
	full4.TrafficClass, full4.HopLimit, full4.DontFragment = 0x2e, 1, true
	mapped := header6()
	mapped.Source.Addr = netip.MustParseAddr("::ffff:192.0.2.1")

	const eth6 = "020000000002 020000000001 "
	const eth4 = "ffffffffffff 020000000001 "
	for _, c := range []struct {
		name    string
		header  frame.Header
		id      uint16
		payload string
		want    string
	}{
		{"IPv6", header6(), 7, "A", eth6 + "86dd 60000000 0009 11 20" +
			"fe800000000000000000000000000001 20010db8000000000000000000000002 1a09 1a0a 0009 5e8c 41"},
		{"IPv6, all fields", full6, 0, "", eth6 + "86dd 6b9fedcb 0008 11 ff" +
			"fe800000000000000000000000000001 20010db8000000000000000000000002 1a09 1a0a 0008 9f8e"},
		{"IPv6, mapped address", mapped, 0, "", eth6 + "86dd 60000000 0008 11 20" +
			"00000000000000000000ffffc0000201 20010db8000000000000000000000002 1a09 1a0a 0008 dc0e"},
		{"IPv4", header4(), 0x1234, "A", eth4 + "0800 45 00 001d 1234 0000 40 11 e498" +
			"c0000201 c0000202 1a09 1a0a 0009 06c5 41"},
		{"IPv4, all fields", full4, 0, "", eth4 + "0800 45 2e 001c 0000 4000 01 11 f59f" +
			"c0000201 c0000202 1a09 1a0a 0008 47c7"},
		{"C-tag", tagged(header4(), frame.VLAN{ID: 42}), 1, "", eth4 + "8100 002a 0800 45 00 001c 0001 0000 40 11 f6cc" +
			"c0000201 c0000202 1a09 1a0a 0008 47c7"},
		{"S-tag and C-tag", tagged(header4(),
			frame.VLAN{TPID: frame.TPIDService, Priority: 7, ID: 4094},
			frame.VLAN{TPID: frame.TPIDCustomer, DropEligible: true}), 1, "",
			eth4 + "88a8 effe 8100 1000 0800 45 00 001c 0001 0000 40 11 f6cc c0000201 c0000202 1a09 1a0a 0008 47c7"},
		{"four tags", tagged(header6(),
			frame.VLAN{TPID: frame.TPIDStacked, ID: 1}, frame.VLAN{TPID: frame.TPIDService, ID: 2},
			frame.VLAN{ID: 3}, frame.VLAN{ID: 4}), 0, "",
			eth6 + "9100 0001 88a8 0002 8100 0003 8100 0004 86dd 60000000 0008 11 20" +
				"fe800000000000000000000000000001 20010db8000000000000000000000002 1a09 1a0a 0008 9f8e"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tpl := mustTemplate(t, c.header)
			tpl.SetID(c.id)
			want := dehex(t, c.want)
			if n := len(want) - len(c.payload); tpl.HeaderLen() != n {
				t.Errorf("HeaderLen() = %d, want %d", tpl.HeaderLen(), n)
			}
			if tpl.IsIPv4() != c.header.Source.Addr.Is4() {
				t.Errorf("IsIPv4() = %t", tpl.IsIPv4())
			}
			// Whatever is in the buffer, and behind it, must not matter.
			room := bytes.Repeat([]byte{0xa5}, len(want)+8)
			b := room[:len(want)]
			copy(b[tpl.HeaderLen():], c.payload)
			if err := tpl.Seal(b); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b, want) {
				t.Errorf("Seal\n got %x\nwant %x", b, want)
			}
			if !bytes.Equal(room[len(want):], bytes.Repeat([]byte{0xa5}, 8)) {
				t.Error("wrote behind the frame")
			}
			got, err := tpl.Append([]byte("dst"), []byte(c.payload))
			if err != nil || string(got) != "dst"+string(want) {
				t.Errorf("Append\n got %x, %v\nwant %x", got, err, want)
			}
		})
	}
}

// A payload can be made whose checksum comes out as 0, which is not sent.
func TestSealZeroChecksum(t *testing.T) {
	for name, h := range map[string]frame.Header{"IPv6": header6(), "IPv4": header4()} {
		for _, n := range []int{2, 3, 64, 1000, 1001} {
			payload := make([]byte, n)
			b := mustBuild(t, h, string(payload))
			at := len(b) - n
			// With the checksum itself in the payload, all sums to 0xffff.
			copy(payload, b[at-2:at])
			b = mustBuild(t, h, string(payload))
			if got := b[at-2 : at]; got[0] != 0xff || got[1] != 0xff {
				t.Errorf("%s, %d bytes: checksum %x, want ffff", name, n, got)
			}
			if _, err := frame.Parse(b); err != nil {
				t.Errorf("%s, %d bytes: %v", name, n, err)
			}
		}
	}
}

func TestSealLimits(t *testing.T) {
	for name, c := range map[string]struct {
		header frame.Header
		most   int
	}{
		"IPv6":         {header6(), frame.MaxPayload6},
		"IPv4":         {header4(), frame.MaxPayload4},
		"IPv6, tagged": {tagged(header6(), frame.VLAN{ID: 1}), frame.MaxPayload6},
		"IPv4, tagged": {tagged(header4(), frame.VLAN{ID: 1}), frame.MaxPayload4},
	} {
		tpl := mustTemplate(t, c.header)
		payload := bytes.Repeat([]byte("payload "), 1<<17/8)
		for _, n := range []int{c.most - 1, c.most} {
			f, err := frame.Parse(mustAppend(t, tpl, payload[:n]))
			if err != nil || !bytes.Equal(f.Payload, payload[:n]) {
				t.Errorf("%s: %d bytes came back as %d: %v", name, n, len(f.Payload), err)
			}
		}
		for _, n := range []int{c.most + 1, 65535, 65536, 65537, 1 << 17} {
			want := frame.PayloadError{Len: n, Max: c.most}
			b := make([]byte, tpl.HeaderLen()+n)
			err := tpl.Seal(b)
			if e, ok := errors.AsType[*frame.PayloadError](err); !ok || *e != want {
				t.Errorf("%s: Seal of %d bytes: %v", name, n, err)
			}
			if !bytes.Equal(b, make([]byte, len(b))) {
				t.Errorf("%s: a refused buffer was written to", name)
			}
			got, err := tpl.Append([]byte("dst"), payload[:n])
			if e, ok := errors.AsType[*frame.PayloadError](err); !ok || *e != want || string(got) != "dst" {
				t.Errorf("%s: Append of %d bytes: %v, %d bytes", name, n, err, len(got))
			}
		}
	}
	const want = "build frame: payload of 65508 bytes is longer than the 65507 bytes a datagram can hold: send it in parts"
	if err := mustTemplate(t, header4()).Seal(make([]byte, 42+65508)); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestSealShort(t *testing.T) {
	tpl := mustTemplate(t, header6())
	for n := range tpl.HeaderLen() {
		b := make([]byte, n)
		err := tpl.Seal(b)
		if !errors.Is(err, io.ErrShortBuffer) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if !bytes.Equal(b, make([]byte, n)) {
			t.Errorf("%d bytes: written to", n)
		}
	}
	const want = "build frame: short buffer: 5 bytes of buffer, the headers alone have 62"
	if err := tpl.Seal(make([]byte, 5)); err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// Every length once, as the kernel's sizes and MTUs are no limits here.
func TestSealEveryLength(t *testing.T) {
	payload := make([]byte, 2048)
	for i := range payload {
		payload[i] = byte(i * i)
	}
	for _, h := range []frame.Header{header6(), header4()} {
		tpl := mustTemplate(t, h)
		for n := range len(payload) + 1 {
			b := mustAppend(t, tpl, payload[:n])
			if len(b) != tpl.HeaderLen()+n {
				t.Fatalf("%d bytes make a frame of %d: padded?", n, len(b))
			}
			f, err := frame.Parse(b)
			if err != nil || !bytes.Equal(f.Payload, payload[:n]) || len(f.Padding) != 0 {
				t.Fatalf("%d bytes: %v", n, err)
			}
		}
	}
}

func TestSetters(t *testing.T) {
	tpl := mustTemplate(t, header4())
	for _, id := range []uint16{0, 1, 0xff, 0x100, 0xffff, 0} {
		tpl.SetID(id)
		f, err := frame.Parse(mustAppend(t, tpl, nil))
		if err != nil || f.ID != id {
			t.Errorf("ID %d: got %d, %v", id, f.ID, err)
		}
	}
	tpl.SetSourceMAC(mac2)
	if f, err := frame.Parse(mustAppend(t, tpl, nil)); err != nil || f.Source.MAC != mac2 || f.Target.MAC != frame.Broadcast {
		t.Errorf("source %v, target %v, %v", f.Source.MAC, f.Target.MAC, err)
	}
}

// Seal and Append only read the template; the race detector watches.
func TestSealConcurrently(t *testing.T) {
	tpl := mustTemplate(t, header4())
	want := mustAppend(t, tpl, []byte("hello"))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				if b, err := tpl.Append(nil, []byte("hello")); err != nil || !bytes.Equal(b, want) {
					t.Errorf("got %x, %v", b, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestNoAllocation(t *testing.T) {
	for name, h := range map[string]frame.Header{
		"IPv6":   header6(),
		"IPv4":   header4(),
		"tagged": tagged(header6(), frame.VLAN{TPID: frame.TPIDService, ID: 1}, frame.VLAN{ID: 2}),
	} {
		tpl := mustTemplate(t, h)
		payload := make([]byte, 1000)
		b := make([]byte, 0, 2048)
		for what, f := range map[string]func() error{
			"Seal":   func() error { return tpl.Seal(b[:tpl.HeaderLen()+1000]) },
			"Append": func() error { _, err := tpl.Append(b, payload); return err },
			"Set":    func() error { tpl.SetID(1); tpl.SetSourceMAC(mac1); return nil },
		} {
			if n := testing.AllocsPerRun(100, func() {
				if err := f(); err != nil {
					t.Error(err)
				}
			}); n != 0 {
				t.Errorf("%s, %s: %v allocations", name, what, n)
			}
		}
	}
}

func TestTemplateErrors(t *testing.T) {
	addr := netip.MustParseAddr
	for _, c := range []struct {
		change func(h *frame.Header)
		want   string
	}{
		{func(h *frame.Header) { h.Source.Addr = netip.Addr{} }, "no source address"},
		{func(h *frame.Header) { h.Target.Addr = netip.Addr{} }, "no target address"},
		{func(h *frame.Header) { h.Source.Addr = addr("192.0.2.1") },
			"source 192.0.2.1 and target 2001:db8::2 are not of one family: give two IPv4 or two IPv6 addresses"},
		{func(h *frame.Header) { *h = header4(); h.Source.Addr = addr("::ffff:192.0.2.1") },
			"source ::ffff:192.0.2.1 and target 192.0.2.2 are not of one family: give two IPv4 or two IPv6 addresses"},
		{func(h *frame.Header) { h.Source.Addr = addr("fe80::1%eth0") }, "source fe80::1%eth0 has a zone, which no header can hold: give fe80::1"},
		{func(h *frame.Header) { h.Target.Addr = addr("fe80::2%7") }, "target fe80::2%7 has a zone, which no header can hold: give fe80::2"},
		{func(h *frame.Header) { h.FlowLabel = 1 << 20 }, "flow label 0x100000 is too large: it has 20 bits, up to 0xfffff"},
		{func(h *frame.Header) { *h = header4(); h.FlowLabel = 1 }, "flow label 0x1 with IPv4 addresses: only IPv6 has one"},
		{func(h *frame.Header) { h.DontFragment = true }, "don't fragment with IPv6 addresses: only IPv4 has the flag"},
		{func(h *frame.Header) { h.VLANs = []frame.VLAN{{}, {ID: 4095}} },
			"VLAN tag 1: invalid VLAN: ID 4095, priority 0: want an ID up to 4094, a priority up to 7"},
		{func(h *frame.Header) { h.VLANs = []frame.VLAN{{ID: 1, Priority: 8}} },
			"VLAN tag 0: invalid VLAN: ID 1, priority 8: want an ID up to 4094, a priority up to 7"},
		{func(h *frame.Header) { h.VLANs = []frame.VLAN{{ID: 0xffff}} },
			"VLAN tag 0: invalid VLAN: ID 65535, priority 0: want an ID up to 4094, a priority up to 7"},
		{func(h *frame.Header) { h.VLANs = []frame.VLAN{{TPID: 0x86dd}} },
			"VLAN tag 0: TPID 0x86dd is unknown: want 0x8100, 0x88a8 or 0x9100"},
	} {
		h := header6()
		c.change(&h)
		tpl, err := h.Template()
		if tpl != nil || err == nil || err.Error() != "build frame: "+c.want {
			t.Errorf("got %v, %v\nwant build frame: %s", tpl, err, c.want)
		}
		if strings.Contains(c.want, "invalid VLAN") && !errors.Is(err, ethernet.ErrInvalidVLAN) {
			t.Errorf("%v does not wrap the reason", err)
		}
	}
	if _, err := (frame.Header{}).Template(); err == nil {
		t.Error("a zero header was accepted")
	}
}

// mdlayher/ethernet marshals the frames it can express to the same header.
func TestLinkAgainstEthernet(t *testing.T) {
	s, c := frame.VLAN{TPID: frame.TPIDService, Priority: 5, ID: 100}, frame.VLAN{DropEligible: true, ID: 200}
	es, ec := &ethernet.VLAN{Priority: 5, ID: 100}, &ethernet.VLAN{DropEligible: true, ID: 200}
	for _, x := range []struct {
		tags []frame.VLAN
		want ethernet.Frame
	}{
		{nil, ethernet.Frame{}},
		{[]frame.VLAN{c}, ethernet.Frame{VLAN: ec}},
		{[]frame.VLAN{s, c}, ethernet.Frame{ServiceVLAN: es, VLAN: ec}},
	} {
		x.want.Source, x.want.Destination, x.want.EtherType = mac1[:], mac2[:], ethernet.EtherTypeIPv6
		want, err := x.want.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		n := 14 + 4*len(x.tags)
		if got := mustBuild(t, tagged(header6(), x.tags...), ""); !bytes.Equal(got[:n], want[:n]) {
			t.Errorf("%d tags\n got %x\nwant %x", len(x.tags), got[:n], want[:n])
		}
	}
}

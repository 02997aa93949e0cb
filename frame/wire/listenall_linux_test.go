package wire_test

import (
	"bytes"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// TestListenAll sends what Listen would not pass, from both sides.
func TestListenAll(t *testing.T) {
	for _, outgoing := range []bool{false, true} {
		p := frametest.NewPair(t)
		c, back := open(t, p.A, wire.Options{}), open(t, p.B, wire.Options{Qdisc: true})
		var r *wire.Receiver
		if err := p.B.Do(func() (err error) { r, err = wire.ListenAll(p.B.Name(), outgoing); return err }); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Close() })
		ether := append(bytes.Repeat([]byte{2}, 12), 0x88, 0xb5, 'h', 'i')
		tags := make([]frame.VLAN, 5)
		for i := range tags {
			tags[i].ID = uint16(100 + i)
		}
		sent := [][]byte{
			ether,
			to(t, func(h *frame.Header) { h.VLANs = tags }, "many tags"),
			spoiled(sample(1)),
			to(t, func(h *frame.Header) { h.Target.Port = 7 }, "any port"),
			ether[:14],
		}
		var want [][]byte
		for _, b := range sent {
			if err := back.Send(b); err != nil {
				t.Fatal(err)
			}
			if outgoing {
				want = append(want, b)
			}
		}
		for _, b := range sent {
			if err := c.Send(b); err != nil {
				t.Fatal(err)
			}
			want = append(want, b)
		}
		n := 0
		got := until(t, r, func(arrival) bool { n++; return n == len(want) })
		for i := range want {
			if !bytes.Equal(got[i].data, want[i]) {
				t.Errorf("outgoing %t, frame %d: %s", outgoing, i, frametest.Diff(want[i], got[i].data))
			}
		}
	}
}

// spoiled gives a frame a version of IP that there is not.
func spoiled(b []byte) []byte {
	b = bytes.Clone(b)
	b[14] = 0x50
	return b
}

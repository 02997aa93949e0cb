package frame

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEthernet(t *testing.T) {
	mac := MAC{2, 0, 0, 0, 0, 1}
	for _, e := range []Ethernet{
		{Target: Broadcast, Source: mac, Type: TypeARP, Payload: []byte{1, 2, 3}},
		{Target: mac, Type: TypeIPv6, Payload: []byte{}},
		{Target: mac, Type: TypeIPv6, Payload: []byte{9}, VLANs: []VLAN{{TPIDService, 7, true, 4094}, {TPIDCustomer, 0, false, 1}}},
	} {
		b, err := e.Frame()
		if err != nil {
			t.Fatal(err)
		}
		got, ok := ParseEthernet(b)
		if d := cmp.Diff(e, got); d != "" || !ok {
			t.Errorf("%v, -want +got\n%s", ok, d)
		}
		for n := range len(b) - len(e.Payload) {
			if got, ok := ParseEthernet(b[:n]); ok {
				t.Errorf("%d bytes of %x: %+v", n, b, got)
			}
		}
	}
	if b, err := (Ethernet{VLANs: []VLAN{{ID: 5000}}}).Frame(); err == nil {
		t.Errorf("VLAN 5000: %x", b)
	}
}

func FuzzParseEthernet(f *testing.F) {
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01\x81\x00\x20\x05\x08\x06abc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := ParseEthernet(b)
		if !ok {
			return
		}
		for _, v := range e.VLANs {
			if v.ID == 4095 {
				return // reserved: parsed, never built
			}
		}
		if again, err := e.Frame(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x becomes %x, %v", b, again, err)
		}
	})
}

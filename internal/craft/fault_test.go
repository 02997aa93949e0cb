package craft_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/craft"
)

// faults are deliberate ones, and how package frame names what is to be wrong:
// this and nothing else. Where two programs are to agree, tshark's field is here
// too (see tshark_linux_test.go).
var faults = []struct {
	settings string
	want     string // layer and field of each fault, with commas
}{
	{"", ""},
	{"dst-ip=192.0.2.9", ""},
	{"bad=checksum", "UDP Checksum"},
	{"bad=checksum dst-ip=192.0.2.9", "UDP Checksum"},
	{"bad=checksum dport=1-3 payload-size=0-2", "UDP Checksum"},
	{"bad=checksum hop-by-hop=pad", "UDP Checksum"},
	{"bad=ip-checksum dst-ip=192.0.2.9", "IPv4 Header Checksum"},
	{"bad=length", "UDP Length"},
	{"bad=length dst-ip=192.0.2.9 vlan=5", "UDP Length"},
	{"bad=version", "IPv6 Version"},
	{"bad=version dst-ip=192.0.2.9", "IPv4 Version"},
	{"bad=truncate=10", "Ethernet header"},
	{"bad=truncate=40", "IPv6 header"},
	{"bad=truncate=60", "IPv6 Payload Length"},
	{"bad=truncate=40 dst-ip=192.0.2.9", "IPv4 Total Length"},
	{"udp-checksum=0", "UDP Checksum"},
	{"udp-checksum=0 dst-ip=192.0.2.9", ""},
	{"udp-checksum=0x1234 dst-ip=192.0.2.9", "UDP Checksum"},
	{"pad=6", ""},
	{"pad=6:0xaa", "Ethernet Padding"},
	{"bad=checksum bad=ip-checksum dst-ip=192.0.2.9", "IPv4 Header Checksum,UDP Checksum"},
	{"ethertype=0x88b5", ""}, // of another protocol
}

// TestFaults has each fault seen as exactly that, in every frame.
func TestFaults(t *testing.T) {
	for _, tt := range faults {
		s := sequence(t, strings.Fields(tt.settings)...)
		for i := range s.Len() {
			b, err := s.Frame(i, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range frame.Faults(frame.LinkEthernet, b) {
				got = append(got, e.Layer+" "+e.Field)
			}
			if strings.Join(got, ",") != tt.want {
				t.Errorf("%q, frame %d: %q, want %q\n%x", tt.settings, i, got, tt.want, b)
			}
		}
	}
}

// TestSpoil has no right checksum that its fault is another name of, and none
// that says there is none.
func TestSpoil(t *testing.T) {
	for n := range 1 << 16 {
		b := first(t, "dst-ip=192.0.2.9", "payload-hex=", "payload-hex="+fmt.Sprintf("%04x", n))
		right := bytes.Clone(b)
		c, err := craft.Like(right)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Set("bad", "checksum"); err != nil {
			t.Fatal(err)
		}
		s, err := c.Sequence(craft.Host{})
		if err != nil {
			t.Fatal(err)
		}
		bad, _ := s.Frame(0, nil)
		if bytes.Equal(bad[40:42], right[40:42]) || bad[40] == 0 && bad[41] == 0 {
			t.Fatalf("checksum %x became %x", right[40:42], bad[40:42])
		}
	}
}

// TestLike makes frames of all kinds again, and changes a field.
func TestLike(t *testing.T) {
	for _, settings := range []string{
		"", "dst-ip=192.0.2.9 vlan=ad/5:3d,6 ip-id=9 df=true ttl=3 tos=7 sport=1 dport=2 payload-size=99",
		"hop-by-hop=pad fragment=atomic dest-options=router-alert flow-label=7 traffic-class=9 hop-limit=0 pad=6:9 src-mac=random",
		"udp-checksum=0 dst-ip=192.0.2.9",
	} {
		want := first(t, strings.Fields(settings)...)
		r, err := craft.Like(want)
		if err != nil {
			t.Fatal(err)
		}
		s, err := r.Sequence(craft.Host{})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := s.Frame(0, nil); !bytes.Equal(got, want) {
			t.Errorf("%q\n got %x\nwant %x", settings, got, want)
		}
		if err := errors.Join(r.Set("dport", "7777"), r.Set("payload", "another")); err != nil {
			t.Fatal(err)
		}
		if s, err = r.Sequence(craft.Host{}); err != nil {
			t.Fatal(err)
		}
		b, _ := s.Frame(0, nil)
		if f, err := frame.Parse(b); err != nil || f.Target.Port != 7777 || string(f.Payload) != "another" {
			t.Errorf("%q, changed: %v, port %d, payload %q", settings, err, f.Target.Port, f.Payload)
		}
	}
}

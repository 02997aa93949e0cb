package match_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/match"
)

// build makes a frame with IPv6 or IPv4.
func build(t testing.TB, v4 bool, payload string, change ...func(*frame.Header)) []byte {
	t.Helper()
	h := frame.Header{
		Source:       frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 0xa}, Addr: netip.MustParseAddr("fe80::a"), Port: 6665},
		Target:       frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 0xb}, Addr: netip.MustParseAddr("fe80::b"), Port: 6666},
		TrafficClass: 46<<2 | 1, HopLimit: 7,
	}
	if v4 {
		h.Source.Addr, h.Target.Addr, h.DontFragment = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), true
	} else {
		h.FlowLabel = 0xbeef
		h.NextHeader, h.Extensions = frame.ChainExtensions(
			frame.HopByHop(frame.Option{Type: 5, Data: []byte{0, 0}}), frame.DestinationOptions())
		h.VLANs = []frame.VLAN{{TPID: frame.TPIDService, ID: 100, Priority: 3, DropEligible: true}, {ID: 200}}
	}
	for _, c := range change {
		c(&h)
	}
	tpl, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	tpl.SetID(77)
	b, err := tpl.Append(nil, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestConditions(t *testing.T) {
	six := match.Read(frame.LinkEthernet, build(t, false, "hello world"), false)
	four := match.Read(frame.LinkEthernet, append(build(t, true, "hello world"), 1, 2, 3), false)
	arp := match.Read(frame.LinkEthernet, append(slices.Concat(frame.Broadcast[:], frame.Broadcast[:]), 8, 6, 1), false)
	for _, c := range []struct {
		condition     string
		six, four, ar bool
	}{
		{"dst-mac=02:00:00:00:00:0b", true, true, false},
		{"dst-mac=broadcast", false, false, true},
		{"dst-mac=multicast", false, false, false},
		{"src-mac=unicast", true, true, false},
		{"src-mac=02:00:00:00:00:0b", false, false, false},
		{"vlan=none", false, true, true},
		{"vlan=any", true, false, false},
		{"vlan=100,200", true, false, false},
		{"vlan=ad/100:3d,q/200:0", true, false, false},
		{"vlan=q/100,200", false, false, false},
		{"vlan=100:3,200", false, false, false},
		{"vlan=100", false, false, false},
		{"vlan=1-100,0x64-300", true, false, false},
		{"ethertype=ipv6", true, false, false},
		{"ethertype=0x0806", false, false, true},
		{"src-ip=fe80::a", true, false, false},
		{"src-ip=192.0.2.0/31", false, true, false},
		{"dst-ip=192.0.2.0/31", false, false, false},
		{"dst-ip=fe80::/64", true, false, false},
		{"dst-ip=::/0", true, false, false},
		{"dst-ip=0.0.0.0/0", false, true, false},
		{"dst-ip=192.0.2.1-192.0.2.9", false, true, false},
		{"traffic-class=0xb9", true, true, false},
		{"tos=0", false, false, false},
		{"dscp=EF", true, true, false},
		{"dscp=af41", false, false, false},
		{"ecn=ect1", true, true, false},
		{"flow-label=0xbeef", true, false, false},
		{"hop-limit=1-7", true, true, false},
		{"ttl=8-255", false, false, false},
		{"ip-id=77", false, true, false},
		{"df", false, true, false},
		{"df=false", false, false, false},
		{"hop-by-hop=any", true, false, false},
		{"hop-by-hop=router-alert", true, false, false},
		{"hop-by-hop=5=0000", true, false, false},
		{"hop-by-hop=pad", false, false, false},
		{"hop-by-hop=none", false, true, false},
		{"dest-options=pad", true, false, false},
		{"dest-options=30=00", false, false, false},
		{"fragment=none", true, true, false},
		{"fragment=any", false, false, false},
		{"protocol=udp", true, true, false},
		{"protocol=58", false, false, false},
		{"sport=6665", true, true, false},
		{"dport=6666-6670", true, true, false},
		{"dport=1-6665", false, false, false},
		{"payload=hello world", true, true, false},
		{"payload=hello", false, false, false},
		{"payload-hex=68:65 6c6c6f20776f726c64", true, true, false},
		{"payload-contains=lo wo", true, true, false},
		{"payload-size=11", true, true, false},
		{"payload-size=0-10", false, false, true},
		{"udp-checksum=right", true, true, false},
		{"udp-checksum=wrong", false, false, false},
		{"udp-checksum=none", false, false, false},
		{"pad=3", false, true, false},
		{"bad=none", true, true, true},
		{"bad=any", false, false, false},
	} {
		m, err := match.Parse(c.condition)
		if err != nil {
			t.Errorf("%s: %v", c.condition, err)
			continue
		}
		for _, f := range []struct {
			name string
			f    match.Frame
			want bool
		}{{"IPv6", six, c.six}, {"IPv4", four, c.four}, {"ARP", arp, c.ar}} {
			if got := m.Matches(f.f); got != f.want || m.Test(f.f).All() != f.want {
				t.Errorf("%s: %s: matches %t, want %t\n%v", c.condition, f.name, got, f.want, m.Test(f.f))
			}
		}
	}
}

func TestFaults(t *testing.T) {
	at := func(b []byte, i int, v ...byte) []byte { b = slices.Clone(b); copy(b[i:], v); return b }
	plain := func(h *frame.Header) { h.VLANs, h.Extensions = nil, nil }
	six, four := build(t, false, "hello", plain), build(t, true, "hello")
	for _, c := range []struct {
		name       string
		in         []byte
		unfinished bool
		yes, no    string
	}{
		{"right", six, false, "udp-checksum=right bad=none", "udp-checksum=wrong"},
		{"wrong", at(six, 60, 1, 2), false, "udp-checksum=wrong bad=checksum udp-checksum=0x102", "bad=none"},
		{"unfinished", at(six, 60, 1, 2), true, "udp-checksum=right bad=none", "udp-checksum=0x102"},
		{"none", at(four, 40, 0, 0), false, "udp-checksum=none bad=none udp-checksum=0", "udp-checksum=right"},
		{"none in IPv6", at(six, 60, 0, 0), false, "udp-checksum=none bad=checksum", "udp-checksum=right"},
		{"IPv4 header", at(four, 24, 1, 2), false, "bad=ip-checksum bad=any udp-checksum=right", "bad=checksum"},
		{"length", at(six, 58, 0xff), false, "bad=length", "bad=none"},
		{"version", at(six, 14, 0x50), false, "bad=version dport=6666", "bad=none"},
		{"cut", six[:len(six)-1], false, "bad=truncate dport=6666 payload=hell", "bad=none"},
		{"fragment", at(four, 20, 0x20, 0), false, "fragment=more fragment=offset=0 fragment=id=77 dport=6666", "fragment=last"},
		{"last fragment", at(four, 20, 0, 3), false, "fragment=last fragment=offset=24", "dport=6666"},
	} {
		f := match.Read(frame.LinkEthernet, c.in, c.unfinished)
		for s := range strings.FieldsSeq(c.yes) {
			if m := match.Must(s); !m.Matches(f) {
				t.Errorf("%s: want %s\n%v", c.name, s, m.Test(f))
			}
		}
		if m := match.Must(c.no); m.Matches(f) {
			t.Errorf("%s: do not want %s\n%v", c.name, c.no, m.Test(f))
		}
	}
}

func TestRefused(t *testing.T) {
	for in, want := range map[string]string{
		"colour=red":                    "--colour: no such field",
		"dport=65536":                   `--dport: "65536": want a number up to 65535, or A-B`,
		"dport=9-8":                     `--dport: "9-8": it ends before it begins`,
		"dst-ip=fe80::1%eth0":           `--dst-ip: "fe80::1%eth0": want an IPv6 or IPv4 address without zone, PREFIX/LEN or A-B`,
		"dst-mac=02":                    `--dst-mac: "02": want a MAC address, broadcast, multicast or unicast`,
		"vlan=1:8":                      `--vlan: "1:8": want none, any, or tags as ID[:PCP[d]] with ad/, q/ or 9100/ in front, an ID or A-B up to 4095`,
		"df=perhaps":                    `--df: "perhaps": want true or false`,
		"payload-hex=0":                 "--payload-hex: encoding/hex: odd length hex string: want two hexadecimal digits for each byte",
		"payload-contains=":             "--payload-contains: every payload contains no text: want some",
		"fragment=offset=7":             `--fragment: "offset=7": want any, none, atomic, more, last, offset=BYTES (a multiple of 8 up to 65528), id=N`,
		"bad=manners":                   `--bad: "manners": want none, any, checksum, ip-checksum, length, version, truncate`,
		"dport=1 dport=2":               "--dport is given twice: a field has one value",
		"ttl=1 hop-limit=1":             "--ttl and --hop-limit exclude each other",
		"payload=a payload-hex=61":      "--payload and --payload-hex exclude each other",
		"flow-label=1 df":               "--flow-label is IPv6's and --df is IPv4's: no frame has both",
		"src-ip=fe80::1 dst-ip=0.0.0.0": "--src-ip is IPv6's and --dst-ip is IPv4's: no frame has both",
	} {
		if _, err := match.Parse(strings.Fields(in)...); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", in, err, want)
		}
	}
	if m, err := match.Parse("payload-contains=a", "payload-contains=b"); err != nil || m.String() != "payload-contains=a payload-contains=b" {
		t.Error(m, err)
	}
}

func TestNearest(t *testing.T) {
	m := match.Must("src-mac=02:00:00:00:00:0a", "dst-ip=192.0.2.2", "dport=6667", "payload=hello World")
	var n match.Nearest
	if _, ok := n.Frame(); ok {
		t.Error("a frame out of nothing")
	}
	near := build(t, true, "hello world")
	for _, b := range [][]byte{build(t, false, "hello World"), build(t, true, "other"), near, build(t, true, "hello world!")} {
		n.Add(m, match.Read(frame.LinkEthernet, b, false))
		clear(b) // what is remembered is a copy
	}
	f, _ := n.Frame()
	got := m.Test(f).String()
	// Two conditions hold in each; a payload tells more than an address.
	want := `    field    wanted             got
    src-mac  02:00:00:00:00:0a  02:00:00:00:00:0a
  ✗ dst-ip   192.0.2.2          fe80::b
  ✗ dport    6667               6666
    payload  hello World        "hello World"
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	n = match.Nearest{}
	n.Add(m, match.Read(frame.LinkEthernet, build(t, true, "hello world"), false))
	f, _ = n.Frame()
	want = `    field    wanted             got
    src-mac  02:00:00:00:00:0a  02:00:00:00:00:0a
    dst-ip   192.0.2.2          192.0.2.2
  ✗ dport    6667               6666
  ✗ payload  hello World        "hello world"
  payload: payloads differ from byte 6 (0x6) on, want 11 bytes, got 11:
        want                                                                got
  0000  68 65 6c 6c 6f 20 57 6f  72 6c 64                 hello World       68 65 6c 6c 6f 20 77 6f  72 6c 64                 hello world
                          ^^                                                                  ^^
`
	if got := m.Test(f).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// FuzzMatch has Test and Matches agree on whatever frame, and every condition
// that shows what it got hold when it is asked for just that.
func FuzzMatch(f *testing.F) {
	for _, v4 := range []bool{false, true} {
		f.Add(uint16(1), build(f, v4, "hello"), false, "6666")
	}
	f.Add(uint16(101), []byte{0x45, 0}, true, "any")
	f.Fuzz(func(t *testing.T, link uint16, b []byte, unfinished bool, value string) {
		fr := match.Read(frame.LinkType(link), b, unfinished)
		for _, field := range match.Fields() {
			var m match.Match
			if m.Set(field.Name, value) == nil {
				r := m.Test(fr)
				if r.All() != m.Matches(fr) || r.String() == "" {
					t.Errorf("%s=%s: %v", field.Name, value, r)
				}
			}
			any := match.Match{}
			if any.Set(field.Name, "none") == nil || any.Set(field.Name, "0") == nil {
				got := any.Test(fr).Verdicts[0].Got
				var same match.Match
				if same.Set(field.Name, got) == nil && !same.Matches(fr) && !strings.HasPrefix(field.Name, "payload") {
					t.Errorf("%s: got %s, which does not match", field.Name, got)
				}
			}
		}
	})
}

package wire

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/bpf"

	"netkmsg/frame"
)

func vm(t testing.TB, ports ...uint16) *bpf.VM {
	t.Helper()
	raw, err := filter(ports)
	if err != nil {
		t.Fatal(err)
	}
	program, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatal("instructions unknown")
	}
	m, err := bpf.NewVM(program)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func passes(t testing.TB, m *bpf.VM, b []byte) bool {
	t.Helper()
	n, err := m.Run(b)
	if err != nil {
		t.Fatal(err)
	}
	if n != 0 && n < len(b) {
		t.Fatalf("cut to %d of %d bytes", n, len(b))
	}
	return n != 0
}

// datagram returns a frame to a port.
func datagram(t testing.TB, v4 bool, port uint16, vlans ...frame.VLAN) []byte {
	t.Helper()
	h := frame.Header{
		Source: frame.Endpoint{Addr: netip.MustParseAddr("fe80::1"), Port: 6666},
		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr("fe80::2"), Port: port},
		VLANs:  vlans,
	}
	if v4 {
		h.Source.Addr, h.Target.Addr = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	}
	tmpl, err := h.Template()
	if err != nil {
		t.Fatal(err)
	}
	b, err := tmpl.Append(nil, []byte("payload"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// with puts bytes into a frame.
func with(b []byte, at int, spaced string) []byte {
	raw, err := hex.DecodeString(strings.ReplaceAll(spaced, " ", ""))
	if err != nil {
		panic(err)
	}
	b = slices.Clone(b)
	copy(b[at:], raw)
	return b
}

// extended puts headers between IPv6 and UDP.
func extended(b []byte, first byte, spaced string) []byte {
	raw, err := hex.DecodeString(strings.ReplaceAll(spaced, " ", ""))
	if err != nil {
		panic(err)
	}
	b = slices.Insert(slices.Clone(b), 54, raw...)
	b[20] = first
	binary.BigEndian.PutUint16(b[18:], uint16(len(b)-54))
	return b
}

func TestFilter(t *testing.T) {
	six, four := datagram(t, false, 6666), datagram(t, true, 6666)
	other6, other4 := datagram(t, false, 6667), datagram(t, true, 6667)
	options := slices.Insert(slices.Clone(four), 34, 1, 1, 1, 1)
	options[14]++
	tags := []frame.VLAN{{TPID: frame.TPIDService, ID: 1}, {TPID: frame.TPIDStacked, ID: 2}, {ID: 3}, {ID: 4}}
	for _, c := range []struct {
		name string
		in   []byte
		want bool
	}{
		{"IPv6", six, true},
		{"IPv4", four, true},
		{"second port", datagram(t, false, 514), true},
		{"IPv6 to another port", other6, false},
		{"IPv4 to another port", other4, false},
		{"IPv4 options", options, true},
		{"IPv4 options, another port", with(options, 40, "1a0b"), false},
		{"a tag", datagram(t, false, 6666, tags[:1]...), true},
		{"two tags", datagram(t, true, 6666, tags[:2]...), true},
		{"three tags", datagram(t, false, 6666, tags[:3]...), true},
		{"three tags, another port", datagram(t, false, 1, tags[:3]...), false},
		{"four tags", datagram(t, false, 6666, tags...), false},
		{"TCP over IPv4", with(four, 23, "06"), false},
		{"TCP over IPv6", with(six, 20, "06"), false},
		{"ARP", with(four, 12, "0806"), false},
		{"ICMPv6 behind hop-by-hop options", extended(six, 0, "3a 00 0502 00000100"), false},
		{"hop-by-hop options", extended(six, 0, "11 00 0104 00000000"), true},
		{"hop-by-hop options, 24 bytes", extended(six, 0, "11 02 0114"+strings.Repeat("00", 20)), true},
		{"hop-by-hop options, another port", extended(other6, 0, "11 00 0104 00000000"), false},
		{"all in front of UDP", extended(six, 0, "3c 00 0104 00000000  2b 00 0104 00000000  2c 00 00 00 00000000  3c 00 00 00 00000001  11 00 0104 00000000"), true},
		{"six extension headers", extended(six, 60, strings.Repeat("3c 00 0104 00000000", 5)+"11 00 0104 00000000"), false},
		{"authentication", extended(six, 51, "11 04 0000 00000001 00000002 aaaaaaaaaaaaaaaaaaaaaaaa"), false},
		{"first fragment, IPv4", with(four, 20, "2000"), true},
		{"first fragment to another port, IPv4", with(other4, 20, "2000"), false},
		{"middle fragment, IPv4", with(other4, 20, "2001"), true},
		{"last fragment, IPv4", with(other4, 20, "1fff"), true},
		{"don't fragment", with(other4, 20, "4000"), false},
		{"fragment of TCP, IPv4", with(four, 20, "2001 4006"), false},
		{"first fragment, IPv6", extended(six, 44, "11 00 0001 00000001"), true},
		{"first fragment, reserved bits set", extended(six, 44, "11 ff 0007 00000001"), true},
		{"first fragment to another port, IPv6", extended(other6, 44, "11 00 0001 00000001"), false},
		{"middle fragment, IPv6", extended(other6, 44, "11 00 0009 00000001"), true},
		{"last fragment, IPv6", extended(other6, 44, "11 00 fff8 00000001"), true},
		{"fragment of options and UDP", extended(other6, 44, "3c 00 0010 00000001"), true},
		{"fragment of TCP, IPv6", extended(six, 44, "06 00 0009 00000001"), false},
		{"fragment behind hop-by-hop options", extended(other6, 0, "2c 00 0104 00000000 11 00 0009 00000001"), true},
		{"nothing", nil, false},
		{"Ethernet alone", six[:14], false},
		{"IPv6 cut in front of the port", six[:57], false},
		{"IPv4 cut in front of the port", four[:37], false},
	} {
		if got := passes(t, vm(t, 514, 6666), c.in); got != c.want {
			t.Errorf("%s: passes %t, want %t", c.name, got, c.want)
		}
	}
}

func TestFilterPorts(t *testing.T) {
	if _, err := filter(nil); err == nil || err.Error() != "0 ports: want 1 to 512" {
		t.Error(err)
	}
	ports := make([]uint16, maxPorts+1)
	for i := range ports {
		ports[i] = uint16(65535 - 3*i)
	}
	if _, err := filter(ports); err == nil || err.Error() != "513 ports: want 1 to 512" {
		t.Error(err)
	}
	ports[0] = ports[1] // 512 different ones
	m := vm(t, ports...)
	for _, v4 := range []bool{false, true} {
		for port := 65535 - 3*(maxPorts+2); port < 65535; port++ {
			if got, want := passes(t, m, datagram(t, v4, uint16(port))), slices.Contains(ports, uint16(port)); got != want {
				t.Errorf("port %d of many: passes %t, want %t", port, got, want)
			}
		}
	}
	if raw, _ := filter(ports); len(raw) > 4096 {
		t.Errorf("%d instructions", len(raw))
	}
}

// FuzzFilter has the filter pass all that frame.Parse takes for a datagram to the port, and nothing that it takes for
// one to another.
func FuzzFilter(f *testing.F) {
	for _, v4 := range []bool{false, true} {
		f.Add(datagram(f, v4, 6666))
		f.Add(datagram(f, v4, 1, frame.VLAN{ID: 5}))
		f.Add(with(datagram(f, v4, 6666), 20, "2c"))
	}
	f.Add(extended(datagram(f, false, 6666), 0, "3c 00 0104 00000000  2b 00 0104 00000000  2c 00 00 00 00000000  3c 00 00 00 00000001  11 00 0104 00000000"))
	m := vm(f, 6666)
	f.Fuzz(func(t *testing.T, b []byte) {
		passed := passes(t, m, b)
		fr, err := frame.ParseUnverified(b)
		if err != nil {
			return
		}
		exotic := fr.NumVLAN() > maxTags
		headers, seen := 0, map[string]bool{}
		for _, field := range fr.Fields() {
			if field.Layer != "IPv6" && field.Name == "Next Header" {
				headers++
				seen[field.Layer] = true
			}
		}
		exotic = exotic || headers > maxExtensions || seen["Authentication"] || seen["Fragment"]
		if want := fr.Target.Port == 6666; passed != want && !(exotic && !passed) {
			t.Errorf("passes %t, want %t: %+v", passed, want, fr.Header())
		}
	})
}

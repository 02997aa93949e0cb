package craft_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/craft"
)

// recipe sets fields, each given as name=value.
func recipe(tb testing.TB, settings ...string) craft.Recipe {
	tb.Helper()
	r := craft.Default()
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		if err := r.Set(name, value); err != nil {
			tb.Fatal(err)
		}
	}
	return r
}

func sequence(tb testing.TB, settings ...string) *craft.Sequence {
	tb.Helper()
	s, err := recipe(tb, settings...).Sequence(craft.Host{})
	if err != nil {
		tb.Fatal(settings, err)
	}
	return s
}

func first(tb testing.TB, settings ...string) []byte {
	tb.Helper()
	b, err := sequence(tb, settings...).Frame(0, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// TestDefault has every field at its default, which Parse must find.
func TestDefault(t *testing.T) {
	f, err := frame.Parse(first(t))
	if err != nil {
		t.Fatal(err)
	}
	want := frame.Header{
		Source:   frame.Endpoint{MAC: frame.MAC{2, 0, 0, 0, 0, 1}, Addr: netip.MustParseAddr("fe80::ff:fe00:1"), Port: 6665},
		Target:   frame.Endpoint{MAC: frame.MAC{0x33, 0x33, 0, 0, 0, 1}, Addr: netip.MustParseAddr("ff02::1"), Port: 6666},
		HopLimit: 64,
	}
	if got := fmt.Sprint(f.Header()); got != fmt.Sprint(want) || string(f.Payload) != "netkmsg craft" {
		t.Errorf("%s, payload %q\nwant %v", got, f.Payload, want)
	}
}

// TestSweeps compares patched frames with frames that are built on their own,
// each from the values that a frame of the sweep has by its number.
func TestSweeps(t *testing.T) {
	tests := []struct {
		fixed []string
		name  []string // of the fields swept, the outermost loop first
		sweep []string
		value []func(i uint64) string
		n     []uint64
	}{
		{nil, []string{"dport"}, []string{"1000-1999"}, values("%d", 1000, 1), []uint64{1000}},
		{[]string{"dst-ip=192.0.2.9"}, []string{"sport", "dport"}, []string{"65000-65535/5", "0-9"},
			append(values("%d", 65000, 5), values("%d", 0, 1)...), []uint64{108, 10}},
		{nil, []string{"payload-size"}, []string{"0-300"}, values("%d", 0, 1), []uint64{301}},
		{[]string{"dst-ip=192.0.2.9", "pad=3:7"}, []string{"payload-size"}, []string{"0-1472"}, values("%d", 0, 1), []uint64{1473}},
		{nil, []string{"dst-ip"}, []string{"192.0.2.0/24"}, values("192.0.2.%d", 0, 1), []uint64{256}},
		{nil, []string{"dst-ip", "hop-limit"}, []string{"2001:db8::ff00/120", "0-255"},
			append(values("2001:db8::ff%02x", 0, 1), values("%d", 0, 1)...), []uint64{256, 256}},
		{[]string{"dst-ip=192.0.2.9"}, []string{"traffic-class", "hop-limit", "ip-id"}, []string{"0-255/3", "1-9", "65000-65535"},
			append(append(values("%d", 0, 3), values("%d", 1, 1)...), values("%d", 65000, 1)...), []uint64{86, 9, 536}},
		{nil, []string{"dst-ip"}, []string{"ff05::1:200/120"}, values("ff05::1:2%02x", 0, 1), []uint64{256}}, // the MAC address follows
		{nil, []string{"dst-ip"}, []string{"224.129.1.0/28"}, values("224.129.1.%d", 0, 1), []uint64{16}},
		{nil, []string{"traffic-class", "flow-label"}, []string{"1-3", "0xffff0-0xfffff"},
			append(values("%d", 1, 1), values("%d", 0xffff0, 1)...), []uint64{3, 16}},
		{nil, []string{"dst-mac", "src-mac"}, []string{"02:00:00:00:ff:ff+1/1", "02:00:00:00:00:f0+1/16"},
			append(values("02:00:00:00:ff:f%x", 15, 1), values("02:00:00:00:00:f%x", 0, 1)...), []uint64{1, 16}},
		{[]string{"hop-by-hop=pad"}, []string{"vlan", "src-ip", "payload-size"}, []string{"ad/100:3d,200-209", "fe80::fff0-fe80::ffff", "1-64"},
			append(append(values("ad/100:3d,%d", 200, 1), values("fe80::fff%x", 0, 1)...), values("%d", 1, 1)...), []uint64{10, 16, 64}},
	}
	for _, tt := range tests {
		settings := tt.fixed
		total := uint64(1)
		for k, name := range tt.name {
			settings = append(settings, name+"="+tt.sweep[k])
			total *= tt.n[k]
		}
		s := sequence(t, settings...)
		if s.Len() != total {
			t.Errorf("%v: %d frames, want %d", settings, s.Len(), total)
			continue
		}
		var buf []byte
		for range min(total, 400) {
			i := rand.Uint64N(total)
			one := tt.fixed
			rest := i
			for k := len(tt.name) - 1; k >= 0; k-- {
				one = append(one, tt.name[k]+"="+tt.value[k](rest%tt.n[k]))
				rest /= tt.n[k]
			}
			var err error
			if buf, err = s.Frame(i, buf); err != nil {
				t.Fatal(err)
			}
			if want := first(t, one...); !bytes.Equal(buf, want) {
				t.Fatalf("%v, frame %d\n got %x\nwant %x, %v", settings, i, buf, want, one)
			}
		}
	}
}

func values(format string, first, step uint64) []func(uint64) string {
	return []func(uint64) string{func(i uint64) string { return fmt.Sprintf(format, first+i*step) }}
}

// TestNoAllocation has what is swept at full speed.
func TestNoAllocation(t *testing.T) {
	for _, settings := range [][]string{
		{},
		{"dport=1-1000"},
		{"dst-ip=192.0.2.0/24", "payload-size=0-1472", "src-mac=+1", "ip-id=random"},
		{"src-ip=random:2001:db8::/64", "payload-pattern=random", "payload-size=1-900"},
		{"payload-pattern=number", "bad=checksum", "bad=truncate=50", "count=0"},
	} {
		s := sequence(t, settings...)
		buf := make([]byte, s.Longest())
		i := uint64(0)
		if n := testing.AllocsPerRun(100, func() {
			if _, err := s.Frame(i, buf); err != nil {
				t.Fatal(err)
			}
			i++
			if s.Len() > 0 {
				i %= s.Len()
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", settings, n)
		}
	}
}

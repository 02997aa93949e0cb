package transmit

import (
	"math"
	"testing"
)

func TestParseRate(t *testing.T) {
	for _, c := range []struct {
		s    string
		want Rate
		out  string
	}{
		{"max", Rate{}, "max"},
		{"1000/s", Rate{Frames: 1000}, "1k/s"},
		{"1/s", Rate{Frames: 1}, "1/s"},
		{"0.5/s", Rate{Frames: 0.5}, "0.5/s"},
		{"2.5k/s", Rate{Frames: 2500}, "2.5k/s"},
		{"3M/s", Rate{Frames: 3e6}, "3M/s"},
		{"10Mbit/s", Rate{Bits: 10e6}, "10Mbit/s"},
		{"64kbit/s", Rate{Bits: 64e3}, "64kbit/s"},
		{"1Gbit/s", Rate{Bits: 1e9}, "1Gbit/s"},
		{"9600bit/s", Rate{Bits: 9600}, "9.6kbit/s"},
	} {
		got, err := ParseRate(c.s)
		if err != nil || got != c.want || got.String() != c.out {
			t.Errorf("%q: got %+v (%s), %v; want %+v (%s)", c.s, got, got, err, c.want, c.out)
		}
	}
	for _, s := range []string{"", "1000", "/s", "-1/s", "0/s", "1e3/s", "inf/s", "NaN/s", "10Mbit", "10 Mbit/s", "1K/s", "1kk/s", "1..2/s", "1/s/s", "0x10/s", "1bit", "9999999999G/s"} {
		if got, err := ParseRate(s); err == nil {
			t.Errorf("%q: accepted as %+v", s, got)
		}
	}
}

func FuzzParseRate(f *testing.F) {
	f.Add("2.5kbit/s")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRate(s)
		if err != nil {
			return
		}
		again, err := ParseRate(r.String())
		if err != nil {
			t.Fatalf("%q: %s: %v", s, r, err)
		}
		for _, v := range [][2]float64{{r.Frames, again.Frames}, {r.Bits, again.Bits}} {
			if math.Abs(v[0]-v[1]) > 1e-9*v[0] {
				t.Fatalf("%q: %s is %+v, not %+v", s, r, again, r)
			}
		}
	})
}

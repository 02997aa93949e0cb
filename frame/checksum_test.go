package frame

import (
	"bytes"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// slowChecksum is RFC 1071 read aloud.
func slowChecksum(b []byte) uint16 {
	var s uint64
	for i, x := range b {
		if i%2 == 0 {
			s += uint64(x) << 8
		} else {
			s += uint64(x)
		}
	}
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return ^uint16(s)
}

// patterns holds data that carry rarely, always, and at the worst places.
func patterns(n int) map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	fill := func(f func(i int) byte) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = f(i)
		}
		return b
	}
	return map[string][]byte{
		"zeros":   make([]byte, n),
		"ones":    fill(func(int) byte { return 0xff }),
		"random":  fill(func(int) byte { return byte(r.Uint32()) }),
		"extreme": fill(func(int) byte { return []byte{0, 0xff, 0xff, 0xfe, 1}[r.IntN(5)] }),
		"words":   fill(func(i int) byte { return []byte{0xff, 0, 0xff, 0xff}[r.Uint32()>>31*2|uint32(i/8%2)] }),
		"last":    fill(func(i int) byte { return byte(i / (n - 1)) }),
	}
}

func TestChecksum(t *testing.T) {
	const most = 2048
	for name, data := range patterns(most) {
		t.Run(name, func(t *testing.T) {
			room := bytes.Repeat([]byte{0xa5}, most+32) // what lies around must not count
			for n := range most + 1 {
				want := slowChecksum(data[:n])
				for at := range 16 {
					b := room[at : at+n]
					copy(b, data)
					if got := Checksum(b); got != want {
						t.Fatalf("%d bytes at alignment %d: %#04x, want %#04x", n, at, got, want)
					}
					for i := range b {
						b[i] = 0xa5
					}
				}
			}
		})
	}
}

func TestChecksumKnown(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		want uint16
	}{
		{"nothing", nil, 0xffff},
		{"one zero", []byte{0}, 0xffff},
		{"one byte", []byte{1}, 0xfeff},
		{"RFC 1071, section 3", []byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}, ^uint16(0xddf2)},
		{"all ones", []byte{0xff, 0xff}, 0},
		{"IPv4 header with its checksum", []byte{
			0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x61, 192, 168, 0, 1, 192, 168, 0, 199,
		}, 0},
	} {
		if got := Checksum(c.in); got != c.want {
			t.Errorf("%s: %#04x, want %#04x", c.name, got, c.want)
		}
	}
}

// Whatever a sum starts from, no carry is lost, and it never becomes 0 unless
// everything is.
func TestSumFrom(t *testing.T) {
	for name, data := range patterns(256) {
		for n := range len(data) + 1 {
			for _, acc := range []uint64{0, 1, 0xffff, 1<<32 - 1, 1 << 63, ^uint64(0) - 1, ^uint64(0)} {
				want := ^slowChecksum(append(le.AppendUint64(nil, acc), data[:n]...))
				if got := bits.ReverseBytes16(fold(sum(acc, data[:n]))); got != want {
					t.Fatalf("%s, %d bytes, from %#x: %#04x, want %#04x", name, n, acc, got, want)
				}
			}
		}
	}
}

func TestFinish(t *testing.T) {
	for _, c := range []struct {
		sum  uint64
		want uint16
	}{
		{0xffff, 0xffff}, // the checksum 0 is sent as all ones
		{0xffff_ffff, 0xffff},
		{^uint64(0), 0xffff},
		{1, 0xfffe},
		{0x1_0000, 0xfffe},
		{0xfffe, 1},
		{0xfffe_0000_0000_0000, 1},
		{0xffff_ffff_0000_0001, 0xfffe},
	} {
		if got := finish(c.sum); got != c.want {
			t.Errorf("finish(%#x) = %#04x, want %#04x", c.sum, got, c.want)
		}
	}
}

func FuzzChecksum(f *testing.F) {
	f.Add([]byte(nil), uint8(0), uint64(0))
	f.Add([]byte{1, 2, 3}, uint8(1), uint64(1))
	f.Add(bytes.Repeat([]byte{0xff}, 200), uint8(64), ^uint64(0))
	f.Add(append(bytes.Repeat([]byte{0xff, 0, 1}, 50), 0xff), uint8(33), uint64(1)<<63)
	f.Fuzz(func(t *testing.T, b []byte, cut uint8, acc uint64) {
		want := slowChecksum(b)
		if got := Checksum(b); got != want {
			t.Fatalf("%#04x, want %#04x", got, want)
		}
		even := min(2*int(cut), len(b))
		if even%2 == 1 {
			return // the second part would begin in the middle of a word
		}
		whole, parts := sum(acc, b), sum(sum(acc, b[:even]), b[even:])
		if fold(whole) != fold(parts) {
			t.Fatalf("cut at %d: %#04x, whole: %#04x", even, fold(parts), fold(whole))
		}
	})
}

func BenchmarkChecksum(b *testing.B) {
	for _, n := range []int{120, 500, 1000} {
		data := make([]byte, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				Checksum(data)
			}
		})
	}
	// Lengths as a log has them, which no branch predictor can learn.
	b.Run("mixed", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 2))
		data := make([]byte, 400)
		var lens [4096]int
		for i := range lens {
			lens[i] = 60 + r.IntN(len(data)-60)
		}
		for i := 0; b.Loop(); i++ {
			Checksum(data[:lens[i%len(lens)]])
		}
	})
}

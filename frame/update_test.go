package frame_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"netkmsg/frame"
)

// TestUpdateChecksum compares with the sum of everything, where the words are of
// every kind: random, all ones, all zeros, so that sums meet at 0 and 0xffff.
func TestUpdateChecksum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		data := make([]byte, 4+2*r.IntN(24)+r.IntN(2))
		at := 2 * r.IntN(len(data)/2)
		n := r.IntN(len(data)-at) + 1
		fill := func(b []byte) {
			kind := r.IntN(3)
			for i := range b {
				b[i] = []byte{byte(r.Uint32()), 0, 0xff}[kind]
			}
		}
		fill(data)
		now := slices.Clone(data)
		fill(now[at : at+n])
		checkUpdate(t, data, now, at, n)
	}
}

func FuzzUpdateChecksum(f *testing.F) {
	f.Add([]byte{0xff, 0xff, 0, 0, 1, 2}, []byte{0, 0}, uint8(0))
	f.Add([]byte{0, 0, 0, 1}, []byte{0xff, 0xff}, uint8(2))
	f.Add([]byte{1, 2, 3}, []byte{9}, uint8(2))
	f.Fuzz(func(t *testing.T, data, put []byte, place uint8) {
		at := int(place) &^ 1
		if at >= len(data) {
			return
		}
		now := slices.Clone(data)
		checkUpdate(t, data, now, at, copy(now[at:], put))
	})
}

// checkUpdate has n bytes at an even place of data changed, which may be the
// whole of a packet but nothing but zeros.
func checkUpdate(t *testing.T, data, now []byte, at, n int) {
	t.Helper()
	if !slices.ContainsFunc(data, nonzero) || !slices.ContainsFunc(now, nonzero) {
		return
	}
	old, want := frame.Checksum(data), frame.Checksum(now)
	if got := frame.UpdateChecksum(old, data[at:at+n], now[at:at+n]); got != want {
		t.Fatalf("%x\n%x: checksum %#04x, updated %#04x, want %#04x", data, now, old, got, want)
	}
	field := func(c uint16) uint16 {
		if c == 0 {
			return 0xffff
		}
		return c
	}
	if got := frame.UpdateUDPChecksum(field(old), data[at:at+n], now[at:at+n]); got != field(want) {
		t.Fatalf("%x\n%x: UDP checksum %#04x, updated %#04x, want %#04x", data, now, field(old), got, field(want))
	}
}

func nonzero(b byte) bool { return b != 0 }

// TestUpdateChecksumGrown has bytes that come or go.
func TestUpdateChecksumGrown(t *testing.T) {
	short, long := []byte{1, 2, 3, 4}, []byte{1, 2, 3, 4, 0xfe, 0xdc, 9}
	if got, want := frame.UpdateChecksum(frame.Checksum(short), nil, long[4:]), frame.Checksum(long); got != want {
		t.Errorf("grown: %#04x, want %#04x", got, want)
	}
	if got, want := frame.UpdateChecksum(frame.Checksum(long), long[4:], nil), frame.Checksum(short); got != want {
		t.Errorf("shrunk: %#04x, want %#04x", got, want)
	}
}

func BenchmarkUpdateChecksum(b *testing.B) {
	old, now := []byte{1, 2}, []byte{3, 4}
	c := uint16(0x1234)
	for b.Loop() {
		c = frame.UpdateUDPChecksum(c, old, now)
	}
}

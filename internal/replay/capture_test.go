package replay

import (
	"bytes"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
)

var at0 = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// write makes a capture of frames at given times after at0.
func write(t *testing.T, snap int, frames map[time.Duration][]byte, order ...time.Duration) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.pcap")
	w, err := pcap.Create(path, pcap.Options{Snap: snap})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range order {
		if err := w.Write(at0.Add(at), frames[at]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, path string, o Options) (*Capture, error) {
	t.Helper()
	r, err := pcap.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return Load("in.pcap", r, o)
}

func TestCapture(t *testing.T) {
	const ms = time.Millisecond
	fs := map[time.Duration][]byte{0: make([]byte, 60), 10 * ms: make([]byte, 61), 5 * ms: make([]byte, 62), 30 * ms: make([]byte, 100)}
	path := write(t, 80, fs, 0, 10*ms, 5*ms, 30*ms)
	c, err := load(t, path, Options{Speed: 2, Loops: 3})
	if err != nil {
		t.Fatal(err)
	}
	if c.Len() != 9 || c.Cut != 1 || c.FirstCut != 4 || c.Opaque != 3 {
		t.Errorf("%d frames, %d cut, the first of them %d, %d opaque", c.Len(), c.Cut, c.FirstCut, c.Opaque)
	}
	for i, want := range []time.Duration{0, 5 * ms, 5 * ms, 7500 * time.Microsecond, 12500 * time.Microsecond, 12500 * time.Microsecond, 15 * ms, 20 * ms, 20 * ms} {
		f, err := c.Frame(uint64(i), nil)
		if err != nil || len(f) != 60+i%3 {
			t.Errorf("frame %d has %d bytes, %v", i, len(f), err)
		}
		if got := c.Due(uint64(i), len(f)); got != want {
			t.Errorf("frame %d is due at %v, want %v", i, got, want)
		}
	}
}

func TestCaptureErrors(t *testing.T) {
	good := make([]byte, 60)
	one := func(f []byte, snap int) string { return write(t, snap, map[time.Duration][]byte{0: f}, 0) }
	raw := filepath.Join(t.TempDir(), "raw.pcap")
	b, err := os.ReadFile(one(good, 0))
	if err != nil {
		t.Fatal(err)
	}
	b[20] = 101 // LINKTYPE_RAW
	if err := os.WriteFile(raw, b, 0o600); err != nil {
		t.Fatal(err)
	}
	short := filepath.Join(t.TempDir(), "short.pcap")
	if err := os.WriteFile(short, b[:50], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		o          Options
		want       string
	}{
		{"no whole frame", one(good, 20), Options{}, "replay in.pcap: no whole frame in it"},
		{"a tiny frame", one(good[:13], 0), Options{}, "replay in.pcap: frame 1 has 13 bytes, less than an Ethernet header"},
		{"another link type", raw, Options{}, "replay in.pcap: frame 1 is of link type 101, not Ethernet"},
		{"a file cut short", short, Options{}, "replay in.pcap: "},
		{"IPv6 for IPv4", one(good, 0), Options{Rewrite: Rewrite{Target4: netip.MustParseAddr("::ffff:192.0.2.1")}}, "rewrite: not an IPv4 address: ::ffff:192.0.2.1"},
		{"IPv4 for IPv6", one(good, 0), Options{Rewrite: Rewrite{Source6: netip.MustParseAddr("192.0.2.1")}}, "rewrite: not an IPv6 address: 192.0.2.1"},
		{"a zone", one(good, 0), Options{Rewrite: Rewrite{Source6: netip.MustParseAddr("fe80::1%eth0")}}, "rewrite: an address with a zone"},
		{"a bad tag", one(good, 0), Options{Rewrite: Rewrite{VLANs: &[]frame.VLAN{{ID: 4095}}}}, "build frame: VLAN tag 0"},
	} {
		if _, err := load(t, c.path, c.o); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestLen(t *testing.T) {
	path := write(t, 0, map[time.Duration][]byte{0: make([]byte, 60), 1: make([]byte, 60)}, 0, 1)
	for loops, want := range map[uint64]uint64{0: 0, 1: 2, 7: 14, 1 << 63: math.MaxUint64, math.MaxUint64: math.MaxUint64} {
		c, err := load(t, path, Options{Loops: loops})
		if err != nil {
			t.Fatal(err)
		}
		if c.Len() != want {
			t.Errorf("%d loops of 2 frames are %d, want %d", loops, c.Len(), want)
		}
	}
}

func TestFits(t *testing.T) {
	tagged := bytes.Repeat([]byte{0x81, 0}, 759) // 1518 bytes, tag after tag
	path := write(t, 0, map[time.Duration][]byte{0: make([]byte, 1514), 1: tagged, 2: make([]byte, 1515)}, 0, 1, 2)
	c, err := load(t, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Fits(1500); err == nil || err.Error() != "frame 3 of the capture has 1515 bytes; the device's MTU of 1500 allows 1514" {
		t.Error(err)
	}
	if err := c.Fits(1501); err != nil {
		t.Error(err)
	}
}

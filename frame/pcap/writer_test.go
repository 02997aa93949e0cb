package pcap_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"netkmsg/frame/pcap"
)

// ethernet returns a valid frame with n bytes of payload.
func ethernet(n int) []byte {
	return append([]byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5}, bytes.Repeat([]byte{0xa5}, n)...)
}

// at returns the time of packet i of a test.
func at(i int) time.Time { return time.Unix(1700000000+int64(i), 123456789).UTC() }

func create(tb testing.TB, path string, o pcap.Options) *pcap.Writer {
	tb.Helper()
	w, err := pcap.Create(path, o)
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// write writes the frames, at(0) on, to a new file and returns its name.
func write(tb testing.TB, name string, frames ...[]byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	w := create(tb, path, pcap.Options{})
	for i, f := range frames {
		if err := w.Write(at(i), f); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

func contents(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// TestBytes pins what is written down to the byte.
func TestBytes(t *testing.T) {
	pcapFile := "4d3cb2a1" + "0200" + "0400" + "00000000" + "00000000" + "00000400" + "01000000" +
		"00f15365" + "15cd5b07" + "0f000000" + "0f000000" + "0200000000020200000000" + "0188b5" + "a5"
	ngFile := "0a0d0d0a" + "2c000000" + "4d3c2b1a" + "0100" + "0000" + "ffffffffffffffff" +
		"0400" + "0700" + hex.EncodeToString([]byte("netkmsg\x00")) + "00000000" + "2c000000" +
		"01000000" + "20000000" + "0100" + "0000" + "00000400" + "0900" + "0100" + "09000000" + "00000000" + "20000000" +
		"06000000" + "30000000" + "00000000" + "fe9c9717" + "15cd853d" + "0f000000" + "0f000000" + "0200000000020200000000" + "0188b5" + "a500" + "30000000"
	for _, c := range []struct{ name, want string }{
		{"a.pcap", pcapFile},
		{"a.cap", pcapFile},
		{"pcapng", pcapFile},
		{"a.pcapng", ngFile},
		{"a.PcapNG", ngFile},
		{"a.ntar", ngFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := hex.EncodeToString(contents(t, write(t, c.name, ethernet(1))))
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// calls counts and keeps what is written, a call at a time.
type calls [][]byte

func (c *calls) Write(p []byte) (int, error) {
	*c = append(*c, bytes.Clone(p))
	return len(p), nil
}

func TestOneWriteAPacket(t *testing.T) {
	var c calls
	w := create(t, "-", pcap.Options{Stdout: &c})
	for i := range 3 {
		if len(c) != i+1 {
			t.Fatalf("%d writes before packet %d, want the header and one a packet", len(c), i+1)
		}
		if err := w.Write(at(i), ethernet(1000*i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := pcap.NewReader(bytes.NewReader(bytes.Join(c, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if got := drain(t, r); len(got) != 3 {
		t.Errorf("read %d packets back, want 3", len(got))
	}
}

// TestFollow reads each packet before the next is written.
func TestFollow(t *testing.T) {
	for _, name := range []string{"live.pcap", "live.pcapng"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			w := create(t, path, pcap.Options{})
			defer w.Close()
			r, err := pcap.Open(path)
			if err != nil {
				t.Fatalf("header is not there after Create: %v", err)
			}
			defer r.Close()
			for i := range 5 {
				if err := w.Write(at(i), ethernet(i)); err != nil {
					t.Fatal(err)
				}
				p, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				if !p.Time.Equal(at(i)) || !bytes.Equal(p.Data, ethernet(i)) {
					t.Errorf("packet %d: %+v", i, p)
				}
			}
		})
	}
}

func TestSnap(t *testing.T) {
	for _, c := range []struct{ snap, frame, want int }{
		{0, 65549, 65549},
		{-1, 100, 100},
		{96, 100, 96},
		{96, 96, 96},
		{96, 14, 14},
		{1 << 30, pcap.MaxFrame, pcap.MaxFrame},
		{0, pcap.MaxFrame + 1, pcap.MaxFrame},
	} {
		for _, name := range []string{"a.pcap", "a.pcapng"} {
			path := filepath.Join(t.TempDir(), name)
			w := create(t, path, pcap.Options{Snap: c.snap})
			if err := w.Write(at(0), make([]byte, c.frame)); err != nil {
				t.Fatal(err)
			}
			w.Close()
			got := readAll(t, path)
			if len(got) != 1 || len(got[0].Data) != c.want || got[0].Length != c.frame {
				t.Errorf("%s: snap %d, frame %d: kept %d of %d, want %d", name, c.snap, c.frame, len(got[0].Data), got[0].Length, c.want)
			}
		}
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		at time.Time
		ok bool
	}{
		{time.Unix(0, 0), true},
		{time.Unix(0, 1), true},
		{time.Unix(0, 8417578000), true},
		{time.Unix(1<<32-1, 999999999), true},
		{time.Unix(1<<32, 0), false},
		{time.Unix(-1, 999999999), false},
		{time.Time{}, false}, // pcapgo would silently take the present
	} {
		for _, name := range []string{"a.pcap", "a.pcapng"} {
			path := filepath.Join(t.TempDir(), name)
			w := create(t, path, pcap.Options{})
			err := w.Write(c.at, ethernet(0))
			w.Close()
			if (err == nil) != c.ok {
				t.Errorf("%s: Write at %v: %v", name, c.at, err)
			}
			if got := readAll(t, path); c.ok && !got[0].Time.Equal(c.at) {
				t.Errorf("%s: wrote %v, read %v", name, c.at.UTC(), got[0].Time)
			} else if !c.ok && len(got) != 0 {
				t.Errorf("%s: a refused packet is in the file", name)
			}
		}
	}
}

// gate takes limit bytes and then fails like a pipe whose reader is gone.
type gate struct {
	limit int
	bytes.Buffer
}

var errGone = errors.New("reader is gone")

func (g *gate) Write(p []byte) (int, error) {
	n := min(len(p), g.limit-g.Len())
	g.Buffer.Write(p[:n])
	if n < len(p) {
		return n, errGone
	}
	return n, nil
}

func TestBrokenPipe(t *testing.T) {
	const packet = 16 + 14
	for _, c := range []struct {
		name  string
		limit int
		again string // what the write after the failed one says
	}{
		{"between packets", 24 + packet, "write packet 2 to standard output: reader is gone (1 whole packet is written)"},
		{"inside a packet", 24 + packet + 7, "write packet 2 to standard output: output ended in the middle of packet 2: reader is gone (1 whole packet is written)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &gate{limit: c.limit}
			w := create(t, "-", pcap.Options{Stdout: g})
			if err := w.Write(at(0), ethernet(0)); err != nil {
				t.Fatal(err)
			}
			err := w.Write(at(1), ethernet(0))
			if want := "write packet 2 to standard output: reader is gone (1 whole packet is written)"; !errors.Is(err, errGone) || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if err := w.Write(at(2), ethernet(0)); !errors.Is(err, errGone) || err.Error() != c.again {
				t.Errorf("got  %v\nwant %s", err, c.again)
			}
			if err := w.Close(); !errors.Is(err, errGone) || !strings.Contains(err.Error(), "2 packets are missing in the capture") {
				t.Errorf("Close: %v", err)
			}
			if g.Len() != c.limit {
				t.Errorf("%d bytes went out, want %d", g.Len(), c.limit)
			}
		})
	}
	if _, err := pcap.Create("-", pcap.Options{Stdout: &gate{limit: 10}}); !errors.Is(err, errGone) {
		t.Errorf("Create with a broken standard output: %v", err)
	}
}

type short struct{}

func (short) Write(p []byte) (int, error) { return len(p) / 2, nil }

func TestShortWrite(t *testing.T) {
	if _, err := pcap.Create("-", pcap.Options{Stdout: short{}}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v, want %v", err, io.ErrShortWrite)
	}
}

func TestConcurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	w := create(t, path, pcap.Options{})
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for range 100 {
				if err := w.Write(at(g), ethernet(100*g)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if w.Packets() != 400 {
		t.Errorf("Packets() = %d, want 400", w.Packets())
	}
	w.Close()
	for _, p := range readAll(t, path) {
		if g := int(p.Time.Unix() - at(0).Unix()); !bytes.Equal(p.Data, ethernet(100*g)) {
			t.Fatalf("packets are mixed up: %+v", p)
		}
	}
}

func TestWriteAllocates(t *testing.T) {
	for _, name := range []string{"a.pcap", "a.pcapng"} {
		w := create(t, filepath.Join(t.TempDir(), name), pcap.Options{})
		f, now := ethernet(500), at(0)
		if n := testing.AllocsPerRun(100, func() {
			if err := w.Write(now, f); err != nil {
				t.Fatal(err)
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations a packet, want none", name, n)
		}
		w.Close()
	}
}

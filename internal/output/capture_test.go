package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/pcap"
)

func readFrames(t *testing.T, path string) (times []time.Time, frames []frame.Frame) {
	t.Helper()
	r, err := pcap.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return times, frames
		}
		if err != nil {
			t.Fatal(err)
		}
		f, err := frame.Parse(bytes.Clone(p.Data))
		if err != nil {
			t.Fatal(err)
		}
		times, frames = append(times, p.Time), append(frames, f)
	}
}

// What goes in comes out: ends, time to the nanosecond, every byte.
func TestCapture(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 11, 12, 123456789, time.UTC)
	long := bytes.Repeat([]byte{0, 0xff, '\n'}, 3000)
	tests := []struct {
		from, to string
		payload  []byte
		src, dst string
	}{
		{"10.0.0.5:6665", "10.0.0.1:6666", []byte("6,1,2,-;text\n"), "10.0.0.5", "10.0.0.1"},
		{"[2001:db8:9::5]:6665", "[2001:db8:9::1]:514", nil, "2001:db8:9::5", "2001:db8:9::1"},
		{"[fe80::5%eth0]:6665", "[fe80::1%eth0]:6666", []byte{0}, "fe80::5", "fe80::1"},
		{"[::ffff:10.0.0.5]:1", "[::ffff:10.0.0.1]:2", long, "10.0.0.5", "10.0.0.1"},
		{"[::ffff:10.0.0.5]:1", "[::]:6666", long, "10.0.0.5", "192.0.2.2"},
		{"10.0.0.5:1", "0.0.0.0:6666", long, "10.0.0.5", "192.0.2.2"},
		{"10.0.0.5:1", "[fe80::1]:6666", long, "10.0.0.5", "192.0.2.2"},
		{"[fe80::5]:1", "[::]:6666", long, "fe80::5", "2001:db8::2"},
		{"[fe80::5]:1", "[ff02::1]:6666", long, "fe80::5", "ff02::1"},
		{"[fe80::5]:1", "", long, "fe80::5", "2001:db8::2"},
		{"", "10.0.0.1:6666", long, "192.0.2.1", "10.0.0.1"},
		{"", "", long, "2001:db8::1", "2001:db8::2"},
	}
	for _, name := range []string{"x.pcap", "x.pcapng"} {
		path := filepath.Join(t.TempDir(), name)
		w, err := pcap.Create(path, pcap.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := NewCapture(w, nil)
		for i, tt := range tests {
			b := bytes.Clone(tt.payload)
			c.Datagram(at.Add(time.Duration(i)), addrPort(tt.from), addrPort(tt.to), b)
			clear(b) // it keeps nothing
			c.Flush()
		}
		closeOutput(t, c)
		times, frames := readFrames(t, path)
		if len(frames) != len(tests) {
			t.Fatalf("%d frames", len(frames))
		}
		for i, tt := range tests {
			f := frames[i]
			if !times[i].Equal(at.Add(time.Duration(i))) || !bytes.Equal(f.Payload, tt.payload) {
				t.Errorf("%s -> %s at %v: %d bytes, want %d", tt.from, tt.to, times[i], len(f.Payload), len(tt.payload))
			}
			src := frame.Endpoint{MAC: captureSource, Addr: netip.MustParseAddr(tt.src), Port: addrPort(tt.from).Port()}
			dst := frame.Endpoint{MAC: captureTarget, Addr: netip.MustParseAddr(tt.dst), Port: addrPort(tt.to).Port()}
			if f.Source != src || f.Target != dst {
				t.Errorf("got  %v -> %v\nwant %v -> %v", f.Source, f.Target, src, dst)
			}
		}
		if c.Shed() != 0 {
			t.Errorf("%d shed", c.Shed())
		}
	}
}

func addrPort(s string) netip.AddrPort {
	if s == "" {
		return netip.AddrPort{}
	}
	return netip.MustParseAddrPort(s)
}

// gated stands for a slow standard output.
type gated struct {
	open chan struct{}
	n    int
}

func (g *gated) Write(b []byte) (int, error) {
	if g.n++; g.n > 1 { // not the file's header
		<-g.open
	}
	return len(b), nil
}

func TestCaptureStalled(t *testing.T) {
	out := &gated{open: make(chan struct{})}
	w, err := pcap.Create("-", pcap.Options{Stdout: out})
	if err != nil {
		t.Fatal(err)
	}
	var r told
	c := NewCapture(w, r.add)
	c.q.limit = 10_000
	for range 100 {
		c.Datagram(time.Now(), addrPort("10.0.0.5:1"), addrPort("10.0.0.1:2"), make([]byte, 1000))
		c.Flush()
	}
	shed := c.Shed()
	close(out.open)
	closeOutput(t, c)
	if shed == 0 || uint64(w.Packets())+shed != 100 {
		t.Errorf("%d packets and %d shed are not 100", w.Packets(), shed)
	}
	var sum uint64
	for _, line := range r.all() {
		var n uint64
		if _, err := fmt.Sscanf(line, "capture file: %d datagrams are missing in it: it does not keep up", &n); err != nil {
			t.Errorf("told %q", line)
		}
		sum += n
	}
	if sum != shed {
		t.Errorf("%d told of %d", sum, shed)
	}
}

func TestCaptureFails(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	out := &switched{}
	w, err := pcap.Create("-", pcap.Options{Stdout: out})
	if err != nil {
		t.Fatal(err)
	}
	out.to = full
	var r told
	c := NewCapture(w, r.add)
	for range 5 {
		c.Datagram(time.Now(), addrPort("10.0.0.5:1"), addrPort("10.0.0.1:2"), []byte("x"))
	}
	c.Flush()
	eventually(t, "the failures", func() bool { return c.Shed() == 5 })
	if err := c.Close(20 * time.Second); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("close: %v", err)
	}
	if got := r.all(); len(got) != 1 || !strings.Contains(got[0], "no space left on device") {
		t.Errorf("told %q", got)
	}
}

// switched writes to nothing until it is switched.
type switched struct{ to io.Writer }

func (s *switched) Write(b []byte) (int, error) {
	if s.to == nil {
		return len(b), nil
	}
	return s.to.Write(b)
}

func TestCaptureManyFlows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pcap")
	w, err := pcap.Create(path, pcap.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := NewCapture(w, nil)
	const n = 3 * flowsMax
	for i := range n {
		c.Datagram(time.Unix(int64(i), 0), netip.AddrPortFrom(netip.MustParseAddr("10.0.0.5"), uint16(i)), addrPort("10.0.0.1:2"), []byte("x"))
	}
	closeOutput(t, c)
	_, frames := readFrames(t, path)
	for i, f := range frames {
		if f.Source.Port != uint16(i) {
			t.Fatalf("frame %d comes from port %d", i, f.Source.Port)
		}
	}
	if len(frames) != n || len(c.w.flows) > flowsMax {
		t.Errorf("%d frames, %d flows kept", len(frames), len(c.w.flows))
	}
}

package send

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
)

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func streamOf(t *testing.T, f *os.File) *stream {
	t.Helper()
	s, err := newStream(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, w *os.File, s string) {
	t.Helper()
	if _, err := w.WriteString(s); err != nil {
		t.Fatal(err)
	}
}

// TestStreamDrain ends a pipe whose writer stays: what was written before must
// be read, in however many pieces.
func TestStreamDrain(t *testing.T) {
	r, w := pipe(t)
	s := streamOf(t, r)
	want := records(0, 1000)
	write(t, w, want)
	first := make([]byte, 100)
	if n, err := io.ReadFull(s, first); n != 100 || err != nil {
		t.Fatal(n, err)
	}
	s.Drain()
	rest, err := io.ReadAll(s)
	if got := string(first) + string(rest); got != want || err != nil {
		t.Errorf("read %d bytes of %d, %v", len(got), len(want), err)
	}
	s.Drain() // again does no harm
	if n, err := s.Read(first); n != 0 || err != io.EOF {
		t.Errorf("after the end: %d, %v, want EOF", n, err)
	}
}

// TestStreamDrainWakes drains while the reader waits.
func TestStreamDrainWakes(t *testing.T) {
	r, w := pipe(t)
	s := streamOf(t, r)
	write(t, w, "a")
	got := make(chan string)
	read := make(chan struct{})
	go func() {
		first := make([]byte, 10)
		n, _ := s.Read(first)
		close(read)
		rest, err := io.ReadAll(s)
		if err != nil {
			t.Error(err)
		}
		got <- string(first[:n]) + string(rest)
	}()
	<-read
	s.Drain()
	if g := <-got; g != "a" {
		t.Errorf("read %q, want a", g)
	}
}

// TestStreamEnd has a writer that closes before and after.
func TestStreamEnd(t *testing.T) {
	r, w := pipe(t)
	s := streamOf(t, r)
	write(t, w, "all")
	w.Close()
	if b, err := io.ReadAll(s); string(b) != "all" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// TestStreamFile drains a regular file, which never waits and is read to its
// end.
func TestStreamFile(t *testing.T) {
	f, err := os.Open(file(t, records(0, 100)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := streamOf(t, f)
	s.Drain()
	if b, err := io.ReadAll(s); string(b) != records(0, 100) || err != nil {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// TestDrain stops the command, whose input goes on.
func TestDrain(t *testing.T) {
	for _, targets := range []string{
		"+@fe80::1/eth0,@fe80::2/",
		"+@fe80::1/eth0,@fe80::2/;@fe80::1/eth1,@fe80::3/",
	} {
		r, w := pipe(t)
		var m memory
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		write(t, w, records(0, 500))
		diag, err := runWith(ctx, r, &m, func() {
			eventually(t, "the first record is sent", func() bool { m.mu.Lock(); defer m.mu.Unlock(); return len(m.frames) > 0 })
			write(t, w, records(500, 1000))
			stop()
		}, "--log-format", "json", "--no-wire", "--from", "-", "--source-mac", "02:00:00:00:00:01", targets)
		if err != nil {
			t.Errorf("%s: %v", targets, err)
		}
		for i := range strings.Split(targets, ";") {
			if a := account(t, diag, "cmdline"+string(rune('0'+i))); a.Read != 1000 || a.Sent != 1000 {
				t.Errorf("target %d: %+v, want 1000 sent", i, a)
			}
		}
	}
}

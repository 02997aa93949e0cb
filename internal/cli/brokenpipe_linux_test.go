package cli_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
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

// TestBrokenDiagnostics loses the reader of standard error. The log must get
// out all the same.
func TestBrokenDiagnostics(t *testing.T) {
	p := frametest.NewPair(t)
	got := p.B.Capture(t)
	r, w := pipe(t)
	r.Close()
	c := netkmsg(t, p.A, "--from", file(t, records(0, 100)), toB)
	c.Stderr = w
	c.run(0)
	arrive(t, got, 100)
}

// TestBrokenCapture loses the reader of the capture, say a tcpdump that has
// been ended.
func TestBrokenCapture(t *testing.T) {
	p := frametest.NewPair(t)
	got := p.B.Capture(t)
	r, w := pipe(t)
	c := netkmsg(t, p.A, "--from", "-", "--pcap", "-", toB)
	in := c.feed()
	c.Stdout = w
	c.start()
	w.Close()
	write(t, in, records(0, 10))
	if _, err := io.ReadFull(r, make([]byte, 500)); err != nil {
		t.Fatal(err)
	}
	r.Close()
	write(t, in, records(10, 100))
	in.Close()
	c.ends(1)
	conserved(t, 100, arrive(t, got, 100), c.account("cmdline0"))
	if !strings.Contains(c.diag.String(), "\nnetkmsg: capture: write packet ") || !strings.Contains(c.diag.String(), "broken pipe") {
		t.Errorf("%s", c.diag)
	}
}

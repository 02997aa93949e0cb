package wire_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

// limit is how long anything may take that takes no time.
const limit = 10 * time.Second

func TestMain(m *testing.M) {
	if dev := os.Getenv("WIRE_TEST_OPEN"); dev != "" {
		os.Exit(helper(dev))
	}
	if dev := os.Getenv("WIRE_TEST_LISTEN"); dev != "" {
		os.Exit(listener(dev))
	}
	frametest.Main(m)
}

// listener is the program that TestListenCapabilities runs.
func listener(dev string) int {
	r, err := wire.Listen(dev, []uint16{6666})
	if err != nil {
		fmt.Print(err)
		return 1
	}
	n, err := r.Buffer()
	fmt.Printf("listening, %d bytes, %v", n, err)
	return 0
}

// helper is the program that TestCapabilities runs: it sends a frame on dev.
func helper(dev string) int {
	c, err := wire.Open(dev, wire.Options{})
	if err == nil {
		err = c.Send(sample(1))
	}
	if err != nil {
		fmt.Print(err)
		return 1
	}
	return 0
}

// open opens an end's device.
func open(t testing.TB, e *frametest.End, o wire.Options) *wire.Conn {
	t.Helper()
	var c *wire.Conn
	err := e.Do(func() (err error) { c, err = wire.Open(e.Name(), o); return err })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// sample returns a frame from end A to end B that differs from other numbers'.
func sample(n int) []byte { return sized(n, 150) }

// sized returns a frame of so many bytes, at least 62.
func sized(n, size int) []byte {
	h := frame.Header{
		Source: frame.Endpoint{MAC: frametest.MACA, Addr: netip.MustParseAddr("fe80::a"), Port: 6665},
		Target: frame.Endpoint{MAC: frametest.MACB, Addr: netip.MustParseAddr("fe80::b"), Port: 6666},
	}
	t, err := h.Template()
	if err != nil {
		panic(err)
	}
	payload := fmt.Appendf(nil, "%d,", n)
	payload = append(payload, bytes.Repeat([]byte{'x'}, size)...)[:size-t.HeaderLen()]
	f, err := t.Append(nil, payload)
	if err != nil {
		panic(err)
	}
	return f
}

// arrived returns which of the frames have arrived, in order.
func arrived(c *frametest.Capture, frames [][]byte) []int {
	var got []int
	for _, p := range c.Packets() {
		for i, f := range frames {
			if bytes.Equal(p.Data, f) {
				got = append(got, i)
			}
		}
	}
	return got
}

// samples returns frames 0 to n-1.
func samples(n int) [][]byte {
	fs := make([][]byte, n)
	for i := range fs {
		fs[i] = sample(i)
	}
	return fs
}

// order returns 0 to n-1.
func order(n int) []int {
	is := make([]int, n)
	for i := range is {
		is[i] = i
	}
	return is
}

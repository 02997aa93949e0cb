package wire_test

import (
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/frame/wire"
)

func TestAllocs(t *testing.T) {
	p := frametest.NewPair(t)
	both(t, func(t *testing.T, o wire.Options) {
		c := open(t, p.A, o)
		f, fs := sample(1), samples(2*wire.BatchMax)
		check := func(what string, fn func() error) {
			t.Helper()
			var err error
			if n := testing.AllocsPerRun(200, func() {
				if e := fn(); e != nil {
					err = e
				}
			}); n != 0 || err != nil {
				t.Errorf("%s: %v allocations, %v", what, n, err)
			}
		}
		check("Send", func() error { return c.Send(f) })
		check("SendBatch", func() error { _, err := c.SendBatch(fs); return err })
		check("MAC", func() error { _, err := c.MAC(); return err })
	})
}

func BenchmarkSend(b *testing.B) {
	bench(b, func(c *wire.Conn) error { return c.Send(bench182) }, 1)
}

func BenchmarkSendBatch(b *testing.B) {
	fs := make([][]byte, wire.BatchMax)
	for i := range fs {
		fs[i] = bench182
	}
	bench(b, func(c *wire.Conn) error { _, err := c.SendBatch(fs); return err }, len(fs))
}

func BenchmarkMAC(b *testing.B) {
	bench(b, func(c *wire.Conn) error { _, err := c.MAC(); return err }, 1)
}

// bench182 is a frame of 182 bytes, a log line's.
var bench182 = sized(1, 182)

func bench(b *testing.B, call func(*wire.Conn) error, frames int) {
	p := frametest.NewPair(b)
	c := open(b, p.A, wire.Options{})
	b.ReportAllocs()
	for b.Loop() {
		if err := call(c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*frames), "ns/frame")
}

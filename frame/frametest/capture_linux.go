package frametest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Capture collects the frames that arrive on an End's device, whatever their address and protocol.
//
// Each frame is given out once, by the first Wait, Expect or Next that it suits; the order does not matter. Frames that
// a kernel sends on its own account, such as IPv6 multicast listener reports, are among them.
type Capture struct {
	tb testing.TB
	r  *ring

	mu      sync.Mutex
	all     []Packet
	left    []int         // those not given out yet, as indexes in all
	more    chan struct{} // closed when another frame arrives
	dropped int
}

// Capture begins to collect the frames that arrive on the device, those sent after it returns, until the test ends.
func (e *End) Capture(tb testing.TB) *Capture {
	tb.Helper()
	c := &Capture{tb: tb, more: make(chan struct{})}
	l := e.link()
	err := e.ns.Do(func() (err error) { c.r, err = openRing(l.Index, l.MTU); return err })
	if err != nil {
		tb.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.r.receive(c.add)
	}()
	tb.Cleanup(func() {
		c.r.stop()
		<-done
		c.r.free()
	})
	return c
}

func (c *Capture) add(p Packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = append(c.left, len(c.all))
	c.all = append(c.all, p)
	close(c.more)
	c.more = make(chan struct{})
}

// Wait returns the first frame not yet given out for which match is true. If none arrives within the limit, the error
// lists those that did.
func (c *Capture) Wait(limit time.Duration, match func(Packet) bool) (Packet, error) {
	over := time.NewTimer(limit)
	defer over.Stop()
	seen := 0 // all before this one have been looked at
	for {
		p, ok, more := c.take(&seen, match)
		if ok {
			return p, nil
		}
		select {
		case <-more:
		case <-over.C:
			// What arrived together with the end counts.
			if p, ok, _ = c.take(&seen, match); ok {
				return p, nil
			}
			return Packet{}, c.missed(limit)
		}
	}
}

// take gives out the first suitable frame from number *from on, or returns a channel that tells of the next one.
func (c *Capture) take(from *int, match func(Packet) bool) (Packet, bool, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, n := range c.left {
		if n >= *from && match(c.all[n]) {
			c.left = slices.Delete(c.left, i, i+1)
			return c.all[n], true, nil
		}
	}
	*from = len(c.all)
	return Packet{}, false, c.more
}

func (c *Capture) missed(limit time.Duration) error {
	const most = 10
	rest, dropped := c.rest(), c.Drops()
	var b strings.Builder
	fmt.Fprintf(&b, "no frame that matches arrived within %v; %d others did, %d were dropped", limit, len(rest), dropped)
	if len(rest) > most {
		fmt.Fprintf(&b, ", the last %d being", most)
		rest = rest[len(rest)-most:]
	}
	for _, p := range rest {
		b.WriteString("\n  " + p.String())
	}
	return fmt.Errorf("%s", b.String())
}

// rest returns the frames not given out.
func (c *Capture) rest() []Packet {
	c.mu.Lock()
	defer c.mu.Unlock()
	rest := make([]Packet, len(c.left))
	for i, n := range c.left {
		rest[i] = c.all[n]
	}
	return rest
}

// Expect waits for exactly this frame. If it does not arrive within the limit the test fails with a dump of how the one
// that comes nearest differs (see Diff).
func (c *Capture) Expect(limit time.Duration, want []byte) Packet {
	c.tb.Helper()
	p, err := c.Wait(limit, func(p Packet) bool { return bytes.Equal(p.Data, want) })
	if err == nil {
		return p
	}
	if rest := c.rest(); len(rest) > 0 {
		nearest := slices.MinFunc(rest, func(a, b Packet) int { return distance(want, a.Data) - distance(want, b.Data) })
		err = fmt.Errorf("%w\nthe nearest: %s", err, Diff(want, nearest.Data))
	}
	c.tb.Fatal(err)
	return Packet{}
}

// Next returns the first frame not yet given out, waiting for one if need be.
func (c *Capture) Next(limit time.Duration) (Packet, error) {
	return c.Wait(limit, func(Packet) bool { return true })
}

// Packets returns all frames so far, those given out too, in the order of arrival.
func (c *Capture) Packets() []Packet {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// Drops returns how many frames the capture could not keep up with: that is, how many of those that arrived are not
// among Packets.
func (c *Capture) Drops() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n, err := c.r.drops(); err == nil {
		c.dropped += n
	}
	return c.dropped
}

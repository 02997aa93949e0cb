package frametest

import (
	"fmt"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/match"
)

// Read takes the packet apart as far as it can be, for conditions to be tested on it.
func (p Packet) Read() match.Frame { return match.Read(frame.LinkEthernet, p.Data, p.Unfinished) }

// ExpectMatch waits for a frame that meets all conditions, which match.Must makes of their text. If none arrives within
// the limit the test fails with a table of how the one that comes nearest differs, field by field.
func (c *Capture) ExpectMatch(limit time.Duration, m match.Match) Packet {
	c.tb.Helper()
	p, err := c.Wait(limit, func(p Packet) bool { return m.Matches(p.Read()) })
	if err == nil {
		return p
	}
	var nearest match.Nearest
	for _, p := range c.rest() {
		nearest.Add(m, p.Read())
	}
	if f, ok := nearest.Frame(); ok {
		err = fmt.Errorf("%w\nthe nearest:\n%s", err, m.Test(f))
	}
	c.tb.Fatal(err)
	return Packet{}
}

// ExpectNone waits all the time for frames that meet all conditions, and fails the test with the first. Frames that the
// capture has dropped fail it too, as they may have been such.
func (c *Capture) ExpectNone(limit time.Duration, m match.Match) {
	c.tb.Helper()
	if p, err := c.Wait(limit, func(p Packet) bool { return m.Matches(p.Read()) }); err == nil {
		c.tb.Fatalf("a frame that matches %s: %s", m, p.Read())
	}
	if n := c.Drops(); n > 0 {
		c.tb.Fatalf("%d frames were dropped: whether one matches %s cannot be said", n, m)
	}
}

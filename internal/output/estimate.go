package output

import (
	"net/netip"
	"time"
)

var noHost netip.AddrPort

// clock estimates when a host's records came to be. A record is received after
// it was made, some earlier than others: the least difference seen between time
// of receipt and time stamp is when the host's clock was at zero, but for the
// least delay. The least difference of the last 10 to 20 minutes counts, so that
// clocks may drift apart.
type clock struct {
	records      int
	last         int64 // latest time stamp, µs
	least, older int64 // differences in ns: of this window and the one before
	begun, found int64 // ns: when the window began, when the least was seen
	spread       int64 // ns: mean of what the differences are above the least
}

const (
	window = int64(10 * time.Minute)
	step   = int64(5e6) // µs by which time stamps may fall within a boot
	drift  = 10_000     // 1/drift: by how much clocks may differ, 100 ppm
)

// estimate takes the next record's time of receipt and time stamp and returns
// the time of the event, and by how much it may be off; known is false for a
// host's first record, and for time stamps beyond 71 years.
func (c *clock) estimate(at time.Time, usec uint64, late bool) (event time.Time, off time.Duration, known bool) {
	if usec > 1<<51 {
		return at, 0, false
	}
	now := at.UnixNano()
	diff := now - int64(usec)*1000
	if c.records > 0 && !late && int64(usec)+step < c.last {
		*c = clock{}
	}
	if c.records == 0 {
		*c = clock{least: diff, older: diff, begun: now, found: now}
	}
	c.records++
	c.last = max(c.last, int64(usec))
	if now-c.begun > window {
		c.older, c.least, c.begun = c.least, diff, now
	}
	if diff <= min(c.least, c.older) {
		c.found = now
	}
	c.least = min(c.least, diff)
	zero := min(c.least, c.older)
	above := diff - zero
	if !late {
		c.spread += (above - c.spread) / int64(min(c.records, 64))
	}
	off = time.Duration(max(c.spread, 0) + max(now-c.found, 0)/drift)
	return at.Add(-time.Duration(above)), off, c.records > 1
}

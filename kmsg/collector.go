package kmsg

import (
	"iter"
	"math"
	"net/netip"
	"time"
)

// Collector is the receiver's core: a table of hosts, and for each a state
// machine that turns its datagrams into records in order, accounts for every
// one and says what is missing. It has no I/O, no clock and no goroutines:
// datagrams and times go in, records and notices come out of the callbacks in
// [CollectOptions] before the call returns. The same calls have always the same
// results. It is not safe for concurrent use: shard by host, a Collector each.
//
// A host is a source address with its zone and port. A sender with two targets
// that share the source port cannot be told from two senders except by the
// port they send to: use a Collector for each port listened on.
//
// Times must be given in order. One before the last counts as equal to it, so
// that a clock that was set back delays nothing; if they have monotonic
// readings, those count.
type Collector struct {
	o      CollectOptions
	hosts  map[netip.AddrPort]*flow
	recent *flow // the host of the last datagram

	newcomers, settled lru
	timers             timers
	pool               pool
	freeStash          *stash
	spare              *flow  // a retired host's memory, for the next
	slab               []flow // memory for more hosts
	waiting            int    // bytes of memory in all that waits
	quiet              quietQueue
	restraint          // of all hosts together; unsaid counts notices of no host that stays

	wall time.Time // of the last call
	now  int64     // ns since the first call

	total    Account // of retired hosts, and of what concerns no host
	retired  uint64
	overflow uint64

	last    Account // of the host retired last, for its notice
	d       Datagram
	m       Message
	n       Notice
	scratch []byte
	holes   []Hole
}

// NewCollector makes a Collector without hosts.
func NewCollector(o CollectOptions) *Collector {
	o.setDefaults()
	return &Collector{o: o, hosts: make(map[netip.AddrPort]*flow)}
}

// Receive takes a datagram that came from host at now. An IPv4 address in IPv6
// form counts as the IPv4 address.
func (c *Collector) Receive(now time.Time, host netip.AddrPort, payload []byte) {
	c.receive(now, host, payload, 0)
}

// ReceiveTruncated takes a datagram of size bytes of which only payload was kept
// (MSG_TRUNC). size is 0 if it is not known.
func (c *Collector) ReceiveTruncated(now time.Time, host netip.AddrPort, payload []byte, size int) {
	cut := -1
	if size > len(payload) {
		cut = size - len(payload)
	}
	c.receive(now, host, payload, cut)
}

// receive is both; cut is how many bytes the datagram lacks at its end, -1 if
// that is not known.
func (c *Collector) receive(now time.Time, host netip.AddrPort, payload []byte, cut int) {
	c.Advance(now)
	if host.Addr().Is4In6() {
		host = netip.AddrPortFrom(host.Addr().Unmap(), host.Port())
	}
	f := c.flow(host)
	f.heard = c.now
	f.account.Datagrams++
	f.account.Bytes += uint64(len(payload))
	d := &c.d
	d.decode(payload)
	if cut != 0 {
		f.account.Truncated++
		c.truncated(f, len(payload), cut)
	}
	switch {
	case d.Kind == KindBasic && d.Problem == "", f.continued(d):
		c.basic(f, d, cut)
	case d.Problem != "":
		c.malformed(f, d, cut, d.Problem)
	default:
		c.dropped(f, d)
		c.extended(f, d, cut)
	}
	c.bound(f)
}

// Advance tells the Collector the time: what has waited long enough is
// delivered. Receive does the same first.
func (c *Collector) Advance(now time.Time) {
	if c.wall.IsZero() {
		c.wall = now
	}
	if d := now.Sub(c.wall); d > 0 {
		c.now += int64(d)
	}
	c.wall = now
	for len(c.timers) > 0 && c.timers[0].due <= c.now {
		c.wake(c.timers[0])
	}
	c.tellSuppressed(c.now)
}

// Deadline returns the time at which Advance has something to do, on the clock of
// the last call; false if nothing waits.
func (c *Collector) Deadline() (time.Time, bool) {
	due := int64(math.MaxInt64)
	if len(c.timers) > 0 {
		due = c.timers[0].due
	}
	if c.quiet.first != nil {
		due = min(due, c.quiet.first.told)
	}
	if c.unsaid > 0 {
		due = min(due, c.told)
	}
	if due == math.MaxInt64 {
		return time.Time{}, false
	}
	return c.at(due), true
}

// Flush delivers all that waits, as it is. The accounts are complete then. The
// Collector can go on.
func (c *Collector) Flush() {
	for f := range c.flows() {
		c.flush(f)
	}
	c.tellSuppressed(math.MaxInt64)
}

// Overflow tells that n more datagrams did not fit the receive queue
// (SO_RXQ_OVFL counts them).
func (c *Collector) Overflow(now time.Time, n uint64) {
	c.Advance(now)
	c.overflow += n
	c.n = Notice{Kind: NoticeOverflow, Count: n}
	c.notify(nil)
}

// flows yields all hosts, established ones first, the one heard last first.
func (c *Collector) flows() iter.Seq[*flow] {
	return func(yield func(*flow) bool) {
		for _, f := range []*flow{c.settled.front, c.newcomers.front} {
			for ; f != nil; f = f.older {
				if !yield(f) {
					return
				}
			}
		}
	}
}

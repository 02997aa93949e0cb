package kmsg

import (
	"iter"
	"net/netip"
	"time"
)

// settleAfter is how many datagrams make a host an established one.
const settleAfter = 8

// flow returns the host's state and counts it as heard.
func (c *Collector) flow(host netip.AddrPort) *flow {
	f := c.recent
	if f == nil || f.host != host {
		f = c.hosts[host]
	}
	if f == nil {
		if len(c.hosts) >= c.o.Hosts {
			c.retire(c.idlest())
		}
		f = c.blank()
		f.host = host
		c.hosts[host] = f
		c.newcomers.pushFront(f)
	}
	c.recent = f
	from := &c.newcomers
	if f.settled {
		from = &c.settled
	}
	to := from
	if !f.settled && f.account.Datagrams+1 >= settleAfter {
		f.settled, to = true, &c.settled
	}
	if from != to || from.front != f {
		from.remove(f)
		to.pushFront(f)
	}
	return f
}

// blank returns memory for a host: that of the one retired last, or of a slab,
// which fits more hosts than as many single allocations.
func (c *Collector) blank() *flow {
	if f := c.spare; f != nil {
		c.spare = nil
		return f
	}
	if len(c.slab) == 0 {
		c.slab = make([]flow, 16)
	}
	f := &c.slab[0]
	c.slab = c.slab[1:]
	return f
}

// idlest returns the host to retire: newcomers go first, but for their share.
func (c *Collector) idlest() *flow {
	if c.newcomers.n > c.o.Hosts/8 || c.settled.n == 0 {
		return c.newcomers.back
	}
	return c.settled.back
}

// retire delivers what waits for f and forgets the host.
func (c *Collector) retire(f *flow) {
	c.flush(f)
	c.last = f.account
	c.n = Notice{Kind: NoticeRetired, Host: f.host, Idle: time.Duration(c.now - f.heard), Account: &c.last}
	c.retired++
	c.silence(f)
	c.notify(nil)
	c.total.Add(&f.account)
	from := &c.newcomers
	if f.settled {
		from = &c.settled
	}
	from.remove(f)
	delete(c.hosts, f.host)
	if c.recent == f {
		c.recent = nil
	}
	*f = flow{}
	c.spare = f
}

// HostState is what a Collector knows of a host.
type HostState struct {
	Host    netip.AddrPort
	Account Account
	Idle    time.Duration // since the last datagram
	Waiting int           // bytes of memory in records that wait
}

// States yields the state of every host, established ones first, the one heard
// last first.
func (c *Collector) States() iter.Seq[HostState] {
	return func(yield func(HostState) bool) {
		for f := range c.flows() {
			if !yield(HostState{f.host, f.account, time.Duration(c.now - f.heard), f.waiting}) {
				return
			}
		}
	}
}

// Totals is a Collector's state as a whole.
type Totals struct {
	Account  Account // of all hosts, retired ones included
	Hosts    int
	Retired  uint64
	Overflow uint64 // datagrams that did not fit the receive queue
	Waiting  int    // bytes of memory in records that wait
}

// Totals adds up all hosts.
func (c *Collector) Totals() Totals {
	t := Totals{c.total, len(c.hosts), c.retired, c.overflow, c.waiting}
	for f := range c.flows() {
		t.Account.Add(&f.account)
	}
	return t
}

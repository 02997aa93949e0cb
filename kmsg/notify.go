package kmsg

import "time"

// notify gives the notice c.n, which concerns f or, if f is nil, no host that
// stays; or counts it if there were too many.
func (c *Collector) notify(f *flow) {
	c.n.Time = c.at(c.now)
	interval := int64(time.Second) / int64(c.o.NoticeRate)
	allowed := func() bool { return c.restraint.take(c.now, max(interval/10, 1), c.o.NoticeBurst*10) }
	if f == nil {
		if !allowed() {
			c.total.Suppressed++
			c.suppress(c.now)
			return
		}
		c.total.Notices++
		c.o.Notify(&c.n)
		return
	}
	c.n.Host = f.host
	if !f.take(c.now, interval, c.o.NoticeBurst) || !allowed() {
		f.account.Suppressed++
		if f.unsaid == 0 {
			c.quiet.push(f)
		}
		f.suppress(c.now)
		return
	}
	c.unstash(f)
	f.account.Notices++
	c.o.Notify(&c.n)
}

// at returns the time of the clock value t.
func (c *Collector) at(t int64) time.Time { return c.wall.Add(time.Duration(t - c.now)) }

// tellSuppressed tells how many notices were not given, for those who have
// waited until t.
func (c *Collector) tellSuppressed(t int64) {
	for f := c.quiet.first; f != nil && f.told <= t; f = c.quiet.first {
		c.tell(f, &f.restraint)
	}
	if c.unsaid > 0 && c.told <= t {
		c.tell(nil, &c.restraint)
	}
}

func (c *Collector) tell(f *flow, r *restraint) {
	c.n = Notice{Kind: NoticeSuppressed, Count: r.unsaid, Time: c.at(c.now)}
	r.unsaid = 0
	account := &c.total
	if f != nil {
		c.quiet.remove(f)
		c.unstash(f)
		c.n.Host = f.host
		account = &f.account
	}
	account.Notices++
	c.o.Notify(&c.n)
}

// silence leaves it to the Collector to tell f's notices not given.
func (c *Collector) silence(f *flow) {
	if f.unsaid == 0 {
		return
	}
	if c.unsaid == 0 {
		c.told = f.told
	}
	c.unsaid += f.unsaid
	f.unsaid = 0
	c.quiet.remove(f)
}

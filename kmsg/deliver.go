package kmsg

// direct delivers a whole record from its datagram.
func (c *Collector) direct(f *flow, d *Datagram, late bool) {
	m := c.message(f)
	m.Time, m.Datagrams, m.Late, m.Replayed, m.Release = c.wall, 1, late, d.Replayed, d.Release
	m.Priority, m.Seq, m.Usec, m.Flag = d.Priority, d.Seq, d.Usec, d.Flag
	body := len(d.Header) + 1
	m.set(d.Payload[d.at:d.at+body+len(d.Body)], body, len(d.Fields))
	c.number(f, m, c.now)
	c.emit(f, m)
}

// message returns the cleared message of f to fill in.
func (c *Collector) message(f *flow) *Message {
	c.m = Message{Host: f.host, HasTime: true, HasPriority: true}
	return &c.m
}

// deliverEntry delivers what has come of e.
func (c *Collector) deliverEntry(f *flow, e *entry) {
	m := c.message(f)
	m.Time, m.Datagrams, m.Replayed = e.wall, e.datagrams, e.replayed
	m.Priority, m.Seq, m.Usec, m.Flag = e.priority, e.seq, e.usec, e.flag
	m.Release = e.buf[:e.release:e.release]
	if e.release == 0 {
		m.Release = nil
	}
	rec := e.buf[e.release:]
	c.holes = c.holes[:0]
	if e.got != e.total {
		c.holes = e.appendHoles(c.holes, e.total)
		m.Holes = c.holes
	}
	if len(e.pieces) > 1 || len(c.holes) > 0 {
		c.scratch = append(c.scratch[:0], e.buf[e.release:e.header]...)
		c.scratch = e.appendBody(c.scratch, c.holes)
		rec = c.scratch
	}
	m.set(rec, e.header-e.release, e.fields)
	c.number(f, m, e.seen)
	c.partial(f, m, e.total)
	c.emit(f, m)
}

// partial announces that m has holes, if it has.
func (c *Collector) partial(f *flow, m *Message, total int) {
	if len(m.Holes) == 0 {
		return
	}
	f.account.Partial++
	c.n = Notice{Kind: NoticePartial, First: m.Seq, Last: m.Seq, Basic: m.Basic, Holes: m.Holes, Total: max(total, 0)}
	c.notify(f)
}

// emit accounts for m and delivers it.
func (c *Collector) emit(f *flow, m *Message) {
	f.account.Delivered++
	f.account.Carried += uint64(m.Datagrams)
	if c.o.Join {
		c.join(f, m)
		return
	}
	c.o.Deliver(m)
}

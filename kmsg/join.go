package kmsg

import "bytes"

// stash is a record that waits for one to be joined to it. It has a copy of all
// that the record points to.
type stash struct {
	m    Message
	buf  []byte // what the message's slices were
	text []byte // the joined text
	raw  []byte // the joined records
	next uint64 // the number that a record to be joined must have
	due  int64
	cost int
}

// joinMax is the length in bytes of text beyond which nothing more is joined.
const joinMax = 8 << 10

// join joins m to the record before or keeps it for the next one. A record that
// is out of order or urgent is delivered at once, and nothing is joined to it.
func (c *Collector) join(f *flow, m *Message) {
	if c.continues(f, m) {
		return
	}
	c.unstash(f)
	if m.Basic || m.Late || m.Malformed != "" || len(m.Holes) > 0 || m.Level() < c.o.Urgent {
		c.o.Deliver(m)
		return
	}
	s := c.freeStash
	if c.freeStash = nil; s == nil {
		s = new(stash)
	}
	s.keep(m)
	s.next = m.Seq + 1
	s.due = c.now + int64(c.o.JoinHold)
	f.stash = s
	s.account(c, f)
	c.timers.set(f, s.due)
}

// continues appends m to the stash if it continues it.
func (c *Collector) continues(f *flow, m *Message) bool {
	s := f.stash
	if s == nil || m.Basic || m.Late || m.Malformed != "" || m.Flag == '-' || m.Seq != s.next || len(s.text) > joinMax {
		return false
	}
	if len(m.Holes) > 0 || !bytes.Equal(m.Caller(), s.m.Caller()) {
		return false
	}
	s.text = append(s.text, m.Text...)
	s.raw = append(s.raw, m.Raw...)
	s.m.Text, s.m.Raw = s.text, s.raw
	s.m.Joined++
	s.m.Datagrams += m.Datagrams
	s.m.Time = m.Time
	s.next++
	s.due = c.now + int64(c.o.JoinHold)
	f.account.Joined++
	s.account(c, f)
	return true
}

// account counts the memory that s occupies.
func (s *stash) account(c *Collector, f *flow) {
	n := cap(s.buf) + cap(s.text) + cap(s.raw)
	f.waiting += n - s.cost
	c.waiting += n - s.cost
	s.cost = n
}

// unstash delivers the record that waits to be joined to.
func (c *Collector) unstash(f *flow) {
	s := f.stash
	if s == nil {
		return
	}
	f.stash = nil
	f.waiting -= s.cost
	c.waiting -= s.cost
	s.cost = 0
	c.o.Deliver(&s.m)
	if cap(s.buf)+cap(s.text)+cap(s.raw) < 64<<10 {
		c.freeStash = s
	}
}

// keep copies m and all that it points to.
func (s *stash) keep(m *Message) {
	s.m = *m
	s.buf = append(append(append(s.buf[:0], m.Raw...), m.UserdataRaw...), m.SysdataRaw...)
	rec := len(s.buf)
	s.buf = append(s.buf, m.Release...)
	s.m.set(s.buf[:rec], m.body, len(m.Fields))
	if m.Release != nil {
		s.m.Release = s.buf[rec:]
	}
	s.text = append(s.text[:0], s.m.Text...)
	s.raw = append(s.raw[:0], s.m.Raw...)
}

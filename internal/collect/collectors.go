package collect

import (
	"time"

	"netkmsg/internal/output"
	"netkmsg/kmsg"
)

// maxPorts bounds the Collectors at one time: a capture may have any port.
const maxPorts = 512

// collectors has a Collector for each port of the receiver: two targets of one
// sender may share the source port.
type collectors struct {
	o    kmsg.CollectOptions
	each map[uint16]*kmsg.Collector
	gone kmsg.Totals // of those flushed to make room
}

// newCollectors delivers what the filter lets pass to all outputs.
func newCollectors(o kmsg.CollectOptions, filter output.Filters, outs []output.Output) *collectors {
	o.Deliver = func(m *kmsg.Message) {
		if !filter.Match(m) {
			return
		}
		for _, out := range outs {
			out.Message(m)
		}
	}
	o.Notify = func(n *kmsg.Notice) {
		if !filter.MatchNotice(n) {
			return
		}
		for _, out := range outs {
			out.Notice(n)
		}
	}
	return &collectors{o: o, each: map[uint16]*kmsg.Collector{}}
}

func (c *collectors) of(port uint16) *kmsg.Collector {
	k := c.each[port]
	if k == nil {
		c.makeRoom()
		k = kmsg.NewCollector(c.o)
		c.each[port] = k
	}
	return k
}

func (c *collectors) makeRoom() {
	for port, k := range c.each {
		if len(c.each) < maxPorts {
			return
		}
		k.Flush()
		add(&c.gone, k.Totals())
		delete(c.each, port)
	}
}

func (c *collectors) advance(now time.Time) {
	for _, k := range c.each {
		k.Advance(now)
	}
}

// deadline returns the first of the Collectors' deadlines, or latest.
func (c *collectors) deadline(latest time.Time) time.Time {
	for _, k := range c.each {
		if t, ok := k.Deadline(); ok && t.Before(latest) {
			latest = t
		}
	}
	return latest
}

func (c *collectors) flush() {
	for _, k := range c.each {
		k.Flush()
	}
}

func (c *collectors) totals() kmsg.Totals {
	t := c.gone
	for _, k := range c.each {
		add(&t, k.Totals())
	}
	return t
}

func add(t *kmsg.Totals, one kmsg.Totals) {
	t.Account.Add(&one.Account)
	t.Hosts += one.Hosts
	t.Retired += one.Retired
	t.Overflow += one.Overflow
	t.Waiting += one.Waiting
}

package kmsg

// slicesMax is the length in bytes beyond which basic slices are joined no
// further. Kernels format at most 2047.
const slicesMax = 8 << 10

// basic takes a datagram of the basic format. The kernel cuts a record into
// slices of 1000 bytes without any mark, so a datagram of 1000 bytes without a
// newline at its end goes on in the next one, unless that begins with a
// prefix or a line of the kernel's of its own.
func (c *Collector) basic(f *flow, d *Datagram, cut int) {
	open := len(d.Payload) == ChunkMax && d.Payload[ChunkMax-1] != '\n' && cut == 0
	if e := f.slices; e != nil {
		if d.Dropped == 0 && !d.Replayed && cutPrefix(d.Payload).len == 0 {
			c.slice(f, d.Payload, cut)
			if !open || e.got >= slicesMax {
				c.endSlices(f, false)
			}
			return
		}
		c.endSlices(f, true)
	}
	c.dropped(f, d)
	switch {
	case len(d.Body) == 0 && cut == 0:
		f.account.Marks++
	case open:
		e := c.pool.get()
		e.replayed, e.loss.Count = d.Replayed, d.Dropped
		f.slices = e
		c.slice(f, d.Body, 0)
	default:
		m := c.message(f)
		m.Time, m.Datagrams, m.Replayed = c.wall, 1, d.Replayed
		m.setBasic(d.Body)
		m.Lost = d.Dropped
		if cut != 0 {
			c.cutOff(m, d.Body, cut)
		}
		c.deliverBasic(f, m)
	}
}

// continued reports whether d, which looks extended, is the rest of a basic
// record all the same: the host has sent nothing extended, and a record's end is
// due.
func (f *flow) continued(d *Datagram) bool {
	return f.slices != nil && !f.begun && d.Kind != KindBasic && d.Dropped == 0 && !d.Replayed
}

// slice adds b to the slices.
func (c *Collector) slice(f *flow, b []byte, cut int) {
	e := f.slices
	e.add(e.got, b)
	e.datagrams++
	e.wall = c.wall
	e.total = cut // kept until endSlices
	e.due = c.now + int64(c.o.Hold)
	n := e.memory()
	f.waiting += n - e.cost
	c.waiting += n - e.cost
	e.cost = n
	c.timers.set(f, e.due)
}

// endSlices delivers the slices; open tells that the rest is missing.
func (c *Collector) endSlices(f *flow, open bool) {
	e := f.slices
	f.slices = nil
	f.waiting -= e.cost
	c.waiting -= e.cost
	cut := e.total
	if open {
		cut = -1
	}
	m := c.message(f)
	m.Time, m.Datagrams, m.Replayed = e.wall, e.datagrams, e.replayed
	m.setBasic(e.buf)
	m.Lost = e.loss.Count
	if cut != 0 {
		c.cutOff(m, e.buf, cut)
	}
	c.deliverBasic(f, m)
	c.pool.put(e)
}

// cutOff marks in m, the text of which is b, that cut bytes are missing at the
// end, or that any number is if cut is negative.
func (c *Collector) cutOff(m *Message, b []byte, cut int) {
	h := Hole{len(b), -1}
	if cut > 0 {
		h.To = len(b) + cut
	}
	c.holes = append(c.holes[:0], h)
	m.Holes = c.holes
	c.scratch = h.appendMark(append(c.scratch[:0], b...))
	if m.Malformed == "" {
		m.Raw = c.scratch
	}
	m.Text = c.scratch
}

// deliverBasic delivers m, and tells a reboot if its time has fallen by more
// than a late datagram's would. A host that also sends the extended format is
// known better by that.
func (c *Collector) deliverBasic(f *flow, m *Message) {
	if m.HasTime {
		if !f.begun && m.Usec+lateMax < f.basicUsec {
			f.account.Reboots++
			c.n = Notice{Kind: NoticeReboot, Basic: true, Usec: [2]uint64{f.basicUsec, m.Usec}}
			c.notify(f)
			f.basicUsec = 0
		}
		f.basicUsec = max(f.basicUsec, m.Usec)
	}
	f.account.Basic++
	c.partial(f, m, 0)
	c.emit(f, m)
}

// dropped tells what the kernel says it dropped before d.
func (c *Collector) dropped(f *flow, d *Datagram) {
	if d.Dropped == 0 {
		return
	}
	f.account.Dropped += d.Dropped
	c.n = Notice{Kind: NoticeSenderLoss, Basic: true, Count: d.Dropped}
	c.notify(f)
}

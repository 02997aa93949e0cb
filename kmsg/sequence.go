package kmsg

// extended takes a record or fragment of the extended format, or a loss mark.
func (c *Collector) extended(f *flow, d *Datagram, cut int) {
	loss, mark := d.lossMark()
	if mark = mark && cut == 0; !f.begun {
		c.begin(f, d, mark, loss)
	}
	r := f.relate(d, mark, c.now)
	if r == inLine && !f.suspects.empty() {
		c.acquit(f)
		r = f.relate(d, mark, c.now)
	}
	switch {
	case r == duplicate:
		f.account.Duplicate++
	case r == suspect || r == stray:
		c.suspect(f, d, mark, loss, cut, r)
	case d.Kind == KindFragment || mark || cut != 0:
		c.hold(f, f.lane(r), d, mark, loss, cut)
	case r == late:
		c.direct(f, d, true)
	case f.turn(d):
		c.direct(f, d, false)
		c.drain(f)
	default:
		c.hold(f, &f.held, d, false, Loss{}, 0)
	}
}

// lane returns the list in which a record that relates so waits.
func (f *flow) lane(r relation) *list {
	if r == late {
		return &f.late
	}
	return &f.held
}

// begin starts a sequence with d's number.
func (c *Collector) begin(f *flow, d *Datagram, mark bool, loss Loss) {
	f.begun = true
	f.next = d.Seq
	if mark {
		f.next = loss.First
	}
	f.usec, f.at = d.Usec, c.now
	f.setRelease(d.Release)
}

func (f *flow) setRelease(release []byte) {
	if len(release) > 0 && string(release) != f.release {
		f.release = string(release)
	}
}

// turn reports whether d, a whole record, can be delivered before all that
// waits.
func (f *flow) turn(d *Datagram) bool {
	if first := f.held.first; first != nil && first.seq <= d.Seq {
		return false
	}
	if d.Seq == f.next {
		return true
	}
	msgid, known := msgID(d.Body)
	return f.follows(d.Seq, msgid, known)
}

// hold keeps what d brought in l, until drain finds its turn or time is over.
func (c *Collector) hold(f *flow, l *list, d *Datagram, mark bool, loss Loss, cut int) {
	e := l.find(d, mark)
	if e == nil {
		e = c.pool.get()
		e.begin(d)
		e.mark, e.loss = mark, loss
		e.due = c.now + int64(c.o.Hold)
		l.insert(e)
		f.entries++
	} else if mark || e.whole() && !e.cut {
		f.account.Duplicate++
		return
	}
	if !c.add(f, e, d, cut) {
		return
	}
	c.settle(f, e)
	switch l {
	case &f.held:
		c.drain(f)
	case &f.late:
		if e.whole() {
			c.pop(f, l, e)
		}
	}
}

// add adds d to e and reports whether it brought something.
func (c *Collector) add(f *flow, e *entry, d *Datagram, cut int) bool {
	off := 0
	if d.Kind == KindFragment {
		off = d.Offset
	}
	o, conflict := e.add(off, d.Body)
	if conflict.To > 0 && !e.conflicted {
		e.conflicted = true
		f.account.Overlaps++
		c.holes = append(c.holes[:0], conflict)
		c.n = Notice{Kind: NoticeOverlap, First: e.seq, Last: e.seq, Holes: c.holes}
		c.notify(f)
	}
	switch {
	case o == crowded:
		c.malformed(f, d, cut, "fragment of a record in too many pieces")
		return false
	case d.Kind == KindExtended && cut == 0:
		e.cut, e.total = false, len(d.Body)
	case d.Kind == KindExtended:
		e.cut, e.total = true, len(d.Body)+cut
		if cut < 0 {
			e.total = -1
		}
	case o == nothing:
		f.account.Duplicate++
		return false
	}
	e.datagrams++
	e.seen, e.wall = c.now, c.wall
	return true
}

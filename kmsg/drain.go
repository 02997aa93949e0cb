package kmsg

// settle puts down what e occupies and when it is due.
func (c *Collector) settle(f *flow, e *entry) {
	if n := e.memory(); n != e.cost {
		f.waiting += n - e.cost
		c.waiting += n - e.cost
		e.cost = n
	}
	urgent := int(e.priority&7) < c.o.Urgent && !e.mark
	switch {
	case e.whole() && urgent:
		e.due = min(e.due, c.now+int64(c.o.UrgentHold))
	case e.whole():
		e.due = min(e.due, c.now+int64(c.o.Hold))
	case urgent:
		e.due = c.now + int64(c.o.Hold)
	default:
		e.due = c.now + int64(c.o.FragmentHold)
	}
	c.timers.set(f, e.due)
}

// drain delivers the records whose turn it is.
func (c *Collector) drain(f *flow) {
	for e := f.held.first; e != nil; e = f.held.first {
		switch {
		case !e.whole() && e.seq < f.next: // the number has been delivered otherwise
			f.held.remove(e)
			f.late.insert(e)
		case e.whole() && (e.seq < f.next || e.mark && e.loss.First <= f.next || f.follows(e.seq, e.msgid, e.known)):
			c.pop(f, &f.held, e)
		default:
			return
		}
	}
}

// pop delivers e as it is.
func (c *Collector) pop(f *flow, l *list, e *entry) {
	l.remove(e)
	f.entries--
	f.waiting -= e.cost
	c.waiting -= e.cost
	if e.mark {
		c.deliverMark(f, e)
	} else {
		c.deliverEntry(f, e)
	}
	c.pool.put(e)
}

// wake delivers what has waited long enough in f.
func (c *Collector) wake(f *flow) {
	c.timers.remove(f)
	for e := f.late.lastDue(c.now); e != nil; e = f.late.lastDue(c.now) {
		c.pop(f, &f.late, e)
	}
	for due := f.held.lastDue(c.now); due != nil; {
		if f.held.first == due {
			due = nil
		}
		c.pop(f, &f.held, f.held.first)
	}
	c.drain(f)
	if f.suspects.lastDue(c.now) != nil {
		c.judge(f)
	}
	if f.slices != nil && f.slices.due <= c.now {
		c.endSlices(f, true)
	}
	if f.stash != nil && f.stash.due <= c.now {
		c.unstash(f)
	}
	c.arm(f)
}

// arm sets f's timer for what waits.
func (c *Collector) arm(f *flow) {
	const never = int64(1<<63 - 1)
	due := f.suspects.earliest(f.late.earliest(f.held.earliest(never)))
	if f.slices != nil {
		due = min(due, f.slices.due)
	}
	if f.stash != nil {
		due = min(due, f.stash.due)
	}
	if due != never {
		c.timers.set(f, due)
	}
}

// flush delivers all that waits in f as it is.
func (c *Collector) flush(f *flow) {
	for c.pushOut(f) {
	}
	c.timers.remove(f)
}

// pushOut delivers what should come first of all that waits in f; false if
// nothing waits.
func (c *Collector) pushOut(f *flow) bool {
	switch {
	case !f.late.empty():
		c.pop(f, &f.late, f.late.first)
	case !f.held.empty():
		c.pop(f, &f.held, f.held.first)
		c.drain(f)
	case !f.suspects.empty():
		c.judge(f)
	case f.slices != nil:
		c.endSlices(f, true)
	case f.stash != nil:
		c.unstash(f)
	default:
		return false
	}
	return true
}

// bound pushes out what is beyond the bounds after f received something.
func (c *Collector) bound(f *flow) {
	for (int(f.entries) > c.o.Window || f.waiting > c.o.HostBytes) && c.pushOut(f) {
	}
	for c.waiting > c.o.TotalBytes && len(c.timers) > 0 {
		if first := c.timers[0]; !c.pushOut(first) {
			c.timers.remove(first)
		}
	}
}

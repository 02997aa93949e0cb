package kmsg

// number gives m its place in the sequence: the next, behind a gap that is
// announced, or behind its time.
func (c *Collector) number(f *flow, m *Message, seen int64) {
	state := uint32(received)
	if len(m.Holes) > 0 {
		state = partly
	}
	if m.Seq < f.next {
		m.Late = true
		f.account.Late++
		c.belated(f, m, state)
		return
	}
	msgid, known := msgIDLine(m.SysdataRaw)
	m.Lost = c.gap(f, m.Seq, msgid, known)
	f.msgid, f.known = msgid, known
	f.usec, f.at = m.Usec, seen
	f.setRelease(m.Release)
	f.seen.set(m.Seq, state, m.Usec)
	f.next = m.Seq + 1
	f.account.Range++
	f.account.Received++
}

// belated accounts for a record whose number has been passed.
func (c *Collector) belated(f *flow, m *Message, state uint32) {
	a := &f.account
	if f.next-m.Seq > historyLen {
		a.Extra++
		return
	}
	switch old, same := f.seen.at(m.Seq, m.Usec); old {
	case unseen:
		a.Extra++
	case received, partly:
		a.Extra++
		if !same || old == received {
			return // the history keeps what came first
		}
	default:
		f.unmiss(old)
		a.Received++
	}
	f.seen.set(m.Seq, state, m.Usec)
}

// unmiss takes a number out of the count that it is in for want of a record.
func (f *flow) unmiss(state uint32) {
	a := &f.account
	switch {
	case state == reported:
		a.Reported--
	case state == filtered, state == mixed && a.Missing == 0:
		a.Filtered--
	default:
		a.Missing--
	}
}

// gap passes the numbers before seq and announces those that are missing. It
// returns how many those are: with msgid, only those that are known to be lost.
func (c *Collector) gap(f *flow, seq uint64, msgid uint32, known bool) uint64 {
	n := seq - f.next
	if n == 0 {
		return 0
	}
	lost := n
	certain := known && f.known
	if certain {
		step := uint64(msgid - f.msgid)
		if certain = 1 <= step && step <= n+1; certain {
			lost = step - 1
		}
	}
	state := uint32(mixed)
	switch lost {
	case 0:
		state = filtered
	case n:
		state = missing
	}
	c.n = Notice{Kind: NoticeGap, First: f.next, Last: seq - 1, Count: n, Certain: certain}
	if certain {
		c.n.Lost = lost
	}
	f.seen.fill(f.next, seq, state)
	f.next = seq
	f.account.Range += n
	f.account.Missing += lost
	f.account.Filtered += n - lost
	if lost > 0 {
		c.notify(f)
	}
	return lost
}

package kmsg

// list is a number of entries ordered by sequence number; equal ones are in
// order of arrival.
type list struct {
	first, last *entry
}

func (l *list) empty() bool { return l.first == nil }

func (l *list) insert(e *entry) {
	before := l.last
	for before != nil && before.seq > e.seq {
		before = before.prev
	}
	e.prev = before
	if before == nil {
		e.next, l.first = l.first, e
	} else {
		e.next, before.next = before.next, e
	}
	if e.next == nil {
		l.last = e
	} else {
		e.next.prev = e
	}
}

func (l *list) remove(e *entry) {
	if e.prev == nil {
		l.first = e.next
	} else {
		e.prev.next = e.next
	}
	if e.next == nil {
		l.last = e.prev
	} else {
		e.next.prev = e.prev
	}
	e.prev, e.next = nil, nil
}

// find returns the entry that d repeats or adds to: same number, time and
// length, and a loss mark if mark.
func (l *list) find(d *Datagram, mark bool) *entry {
	total := d.Total
	if d.Kind == KindExtended {
		total = len(d.Body)
	}
	for e := l.last; e != nil && e.seq >= d.Seq; e = e.prev {
		if e.is(d) && e.mark == mark && (e.total == total || e.cut) {
			return e
		}
	}
	return nil
}

// lastDue returns the last entry whose time is over.
func (l *list) lastDue(now int64) *entry {
	for e := l.last; e != nil; e = e.prev {
		if e.due <= now {
			return e
		}
	}
	return nil
}

// earliest returns the earliest time at which an entry is due, at most t.
func (l *list) earliest(t int64) int64 {
	for e := l.first; e != nil; e = e.next {
		t = min(t, e.due)
	}
	return t
}

package kmsg

import (
	"bytes"
	"strconv"
)

// lossMark reads a mark that BeginLoss made: facility and level, the range
// that ends with the mark's own number, and the count.
func (d *Datagram) lossMark() (Loss, bool) {
	if d.Priority != lossPriority || d.Kind != KindExtended {
		return Loss{}, false
	}
	text, rest, _ := bytes.Cut(d.Body, newline)
	l := Loss{Usec: d.Usec}
	var ok1, ok2 bool
	for key, value := range entries(rest) {
		switch string(key) {
		case "NETKMSG_LOST":
			first, last, isRange := bytes.Cut(value, []byte("-"))
			if !isRange {
				last = first
			}
			var ok bool
			l.First, ok = wide(first)
			l.Last, ok1 = wide(last)
			ok1 = ok1 && ok
		case "NETKMSG_COUNT":
			l.Count, ok2 = wide(value)
		}
	}
	if !ok1 || !ok2 || l.Last != d.Seq || l.First > l.Last || l.Count == 0 || l.Count > l.Last-l.First+1 {
		return Loss{}, false
	}
	if i := bytes.Index(text, []byte(" (")); i >= 0 && bytes.HasSuffix(text, []byte(")")) {
		l.Why = string(text[i+2 : len(text)-1])
	}
	return l, true
}

func wide(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 20 {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b), 10, 64)
	return v, err == nil && printable(b) && b[0] != '+'
}

// deliverMark turns the sender's loss mark into a notice.
func (c *Collector) deliverMark(f *flow, e *entry) {
	l := e.loss
	f.account.Marks += uint64(e.datagrams)
	f.mark = [2]uint64{e.seq, e.usec}
	if l.First > f.next {
		c.gap(f, l.First, 0, false)
	}
	first := max(l.First, f.next-min(f.next, historyLen))
	for seq := first; seq < f.next && seq <= l.Last; seq++ {
		if state, _ := f.seen.at(seq, 0); state == missing || state == mixed || state == filtered {
			f.unmiss(state)
			f.account.Reported++
			f.seen.set(seq, reported, 0)
		}
	}
	if l.Last >= f.next {
		n := l.Last + 1 - f.next
		f.seen.fill(f.next, l.Last+1, reported)
		f.account.Range += n
		f.account.Reported += n
		f.next = l.Last + 1
	}
	f.known = false // whether the lost ones were given a msgid is not known
	c.n = Notice{Kind: NoticeSenderLoss, First: l.First, Last: l.Last, Count: l.Count, Why: l.Why}
	c.notify(f)
}

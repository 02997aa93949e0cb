package printktrace

import (
	"slices"
	"strings"
)

// A matcher finds the event of a record. It has no clock and no I/O.
type matcher struct {
	events []Event // not matched yet, in the order of arrival
	offset int64   // µs by which the trace's clock is ahead of the log's
	known  bool    // offset was found out
	newest uint64  // time of the latest event
	found  map[uint64]Event
	order  []uint64 // of the keys of found, oldest first
}

// Bounds on what a matcher keeps.
const (
	maxEvents = 8192
	maxFound  = 4096
)

// How far apart, in µs, event and record may be: before anything is known of
// the clocks, and after.
const (
	farApart = 5_000_000
	nearby   = 250_000
)

func newMatcher() *matcher { return &matcher{found: map[uint64]Event{}} }

// add takes events in the order of their time.
func (m *matcher) add(es ...Event) {
	m.events = append(m.events, es...)
	if n := len(m.events) - maxEvents; n > 0 {
		m.events = slices.Delete(m.events, 0, n)
	}
	for _, e := range es {
		m.newest = max(m.newest, e.Usec)
	}
}

// find returns the event of a record, whose text has no escapes any more. It
// returns the same for the same number. Of several events with its text, as
// many hosts say the same all day, it is the nearest in time.
//
// The record of a line that was logged in pieces begins with the first one's
// text.
func (m *matcher) find(seq, usec uint64, text string) (Event, bool) {
	if e, ok := m.found[seq]; ok {
		return e, true
	}
	i := m.nearest(usec, func(e Event) bool { return e.Text == text })
	if i < 0 && m.known {
		i = m.nearest(usec, func(e Event) bool { return e.Text != "" && strings.HasPrefix(text, e.Text) })
	}
	if i < 0 {
		return Event{}, false
	}
	e := m.events[i]
	m.events = slices.Delete(m.events, i, i+1)
	m.offset, m.known = int64(e.Usec)-int64(usec), true
	m.keep(seq, e)
	return e, true
}

func (m *matcher) nearest(usec uint64, match func(Event) bool) int {
	best, at := int64(nearby), -1
	if !m.known {
		best = farApart
	}
	for i, e := range m.events {
		d := int64(e.Usec) - int64(usec) - m.offset
		if d = max(d, -d); d < best && match(e) {
			best, at = d, i
		}
	}
	return at
}

func (m *matcher) keep(seq uint64, e Event) {
	m.found[seq] = e
	m.order = append(m.order, seq)
	if len(m.order) > maxFound {
		delete(m.found, m.order[0])
		m.order = m.order[1:]
	}
}

// past reports whether events later than the record have come, so that its
// own will not come any more.
func (m *matcher) past(usec uint64) bool {
	return m.known && int64(m.newest)-m.offset > int64(usec)+nearby
}

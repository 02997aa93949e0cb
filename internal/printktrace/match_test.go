package printktrace

import (
	"fmt"
	"testing"
)

func TestMatcher(t *testing.T) {
	type record struct {
		seq, usec uint64
		text      string
		want      int // CPU of its event, by which events are told apart here; -1: none
	}
	for _, c := range []struct {
		name    string
		events  []Event
		records []record
	}{
		{"in order, with a clock 26 ms ahead", []Event{{"a", 1, 1, 1026000, "x"}, {"b", 2, 2, 1027000, "y"}}, []record{{5, 1000000, "x", 1}, {6, 1001000, "y", 2}}},
		{"the same again", []Event{{"a", 1, 1, 1000, "x"}}, []record{{5, 1000, "x", 1}, {5, 1000, "x", 1}, {6, 1001, "x", -1}}},
		{"of the same texts the nearest", []Event{{"a", 1, 1, 1000, "x"}, {"b", 1, 2, 2000, "x"}, {"c", 1, 3, 3000, "x"}},
			[]record{{5, 1000, "x", 1}, {7, 3000, "x", 3}, {6, 2000, "x", 2}}},
		{"some not asked for", []Event{{"a", 1, 1, 1000, "x"}, {"b", 1, 2, 2000, "y"}}, []record{{6, 2000, "y", 2}, {5, 1000, "x", 1}}},
		{"another text", []Event{{"a", 1, 1, 1000, "x"}}, []record{{5, 1000, "y", -1}}},
		{"another time", []Event{{"a", 1, 1, 1000, "y"}, {"a", 1, 2, 9000000, "x"}}, []record{{5, 1000, "y", 1}, {6, 1000, "x", -1}}},
		{"logged in pieces", []Event{{"a", 1, 1, 1000, "y"}, {"b", 1, 2, 2000, "left, "}, {"c", 1, 3, 2001, "right"}},
			[]record{{5, 1000, "y", 1}, {6, 2000, "left, right", 2}}},
		{"of another boot's clock", []Event{{"a", 1, 1, 1000, "x"}}, []record{{5, 100000000, "x", -1}}},
	} {
		m := newMatcher()
		m.add(c.events...)
		for _, r := range c.records {
			e, ok := m.find(r.seq, r.usec, r.text)
			if ok != (r.want >= 0) || ok && e.CPU != r.want {
				t.Errorf("%s: record %d: %+v, %v, want %d", c.name, r.seq, e, ok, r.want)
			}
		}
	}
}

func TestMatcherPast(t *testing.T) {
	m := newMatcher()
	m.add(Event{Usec: 5_000_000, Text: "a"})
	if m.past(1) {
		t.Error("nothing is known of the clocks, and yet something is past")
	}
	m.find(1, 4_000_000, "a") // a second ahead
	m.add(Event{Usec: 8_000_000})
	for usec, want := range map[uint64]bool{7_000_000: false, 6_800_000: false, 6_700_000: true} {
		if m.past(usec) != want {
			t.Errorf("past(%d) is %v", usec, !want)
		}
	}
}

// TestMatcherBounds keeps no more than it may.
func TestMatcherBounds(t *testing.T) {
	m := newMatcher()
	for i := range uint64(maxEvents + 1000) {
		text := fmt.Sprint(i)
		m.add(Event{Usec: i, Text: text}, Event{Usec: i, Text: "nobody's"})
		if _, ok := m.find(i, i, text); !ok {
			t.Fatalf("record %d", i)
		}
	}
	if len(m.events) > maxEvents || len(m.found) > maxFound || len(m.order) > maxFound {
		t.Errorf("%d events, %d found, %d in order", len(m.events), len(m.found), len(m.order))
	}
}

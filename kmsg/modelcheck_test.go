package kmsg_test

import (
	"bytes"
	"slices"

	"netkmsg/kmsg"
)

// check compares what host gave with what came.
func (w *world) check(host int, list []got) {
	t := w.t
	lives := w.lives[host]
	boot := 0
	for boot < len(lives) && !lives[boot].any() {
		boot++
	}
	done := make(map[[2]int]bool)
	absent := make(map[uint64]bool) // announced missing in this boot
	first := w.first(host, boot)
	next := first
	for i, g := range list {
		if g.notice != nil {
			switch n := g.notice; n.Kind {
			case kmsg.NoticeGap:
				if n.First != next || i+1 == len(list) {
					t.Errorf("gap %s where %d is next", n, next)
				}
				for s := n.First; s <= n.Last; s++ {
					absent[s] = true
				}
				next = n.Last + 1
			case kmsg.NoticeReboot:
				w.checkMissing(lives[boot], absent, first, next)
				boot++
				absent = make(map[uint64]bool)
				first, next = n.Last, n.Last
			case kmsg.NoticePartial:
				if m := list[i+1].message; m == nil || m.Seq != n.First || !slices.Equal(m.Holes, n.Holes) {
					t.Errorf("%s is not followed by its record", n)
				}
			default:
				t.Errorf("notice %s", n)
			}
			continue
		}
		m := g.message
		k := slices.IndexFunc(lives[boot].records, func(s sent) bool { return s.Seq == m.Seq })
		if k < 0 || done[[2]int{boot, k}] {
			t.Fatalf("record %d of boot %d again or never sent", m.Seq, boot)
		}
		done[[2]int{boot, k}] = true
		w.checkRecord(&lives[boot].records[k], lives[boot].came[k], m)
		switch {
		case m.Late:
			if m.Seq >= first {
				t.Errorf("record %d is late", m.Seq)
			}
			continue
		case m.Seq < next:
			t.Errorf("record %d out of order, %d was next", m.Seq, next)
		}
		for ; next < m.Seq; next++ {
			absent[next] = true // told by no notice: filtered, by msgid
			if slices.ContainsFunc(lives[boot].records, func(s sent) bool { return s.Seq == next }) {
				t.Errorf("record %d is missing without a word", next)
			}
		}
		next = m.Seq + 1
	}
	if boot < len(lives) {
		w.checkMissing(lives[boot], absent, first, next)
	}
	for b, l := range lives {
		for k, came := range l.came {
			if len(came) > 0 && !done[[2]int{b, k}] {
				t.Errorf("record %d of boot %d came and was not delivered", l.records[k].Seq, b)
			}
		}
	}
}

// first returns the number of the first record of which anything came.
func (w *world) first(host, boot int) uint64 {
	for _, p := range w.packets {
		if p.host == host && p.boot == boot {
			return w.lives[host][boot].records[p.record].Seq
		}
	}
	return 0
}

func (l *life) any() bool {
	return slices.ContainsFunc(l.came, func(m map[int]int) bool { return len(m) > 0 })
}

// checkMissing wants all numbers announced that did not come between the first
// and the last that did.
func (w *world) checkMissing(l *life, absent map[uint64]bool, first, next uint64) {
	for s := first; s < next; s++ {
		k := slices.IndexFunc(l.records, func(r sent) bool { return r.Seq == s })
		if came := k >= 0 && len(l.came[k]) > 0; came == absent[s] {
			w.t.Errorf("record %d came: %v, announced missing: %v", s, came, absent[s])
		}
	}
}

func (w *world) checkRecord(s *sent, came map[int]int, m *message) {
	t := w.t
	want, holes := s.wire(came)
	all := string(m.Raw) + string(m.UserdataRaw) + string(m.SysdataRaw)
	if all != want || !slices.Equal(holes, m.Holes) {
		t.Errorf("record, holes %v, want %v\n got %q\nwant %q", m.Holes, holes, all, want)
	}
	if m.Datagrams != len(came) || m.Usec != s.Usec || m.Priority != s.Priority || m.Flag != s.Flag || !bytes.Equal(m.Fields, s.Fields) {
		t.Errorf("record %q of %d datagrams\nwant %q of %d", m.Raw, m.Datagrams, s.Raw, len(came))
	}
	if len(holes) == 0 && !bytes.Equal(m.Raw, s.Raw) {
		t.Errorf("record %q\nwant %q", m.Raw, s.Raw)
	}
}

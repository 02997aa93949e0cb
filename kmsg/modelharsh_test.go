package kmsg_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// TestModelHarsh goes far beyond every window. Order and numbers cannot be
// right then, but all bytes that came must come out, nothing else may, and the
// account must add up.
func TestModelHarsh(t *testing.T) {
	runs := 1000
	if testing.Short() {
		runs = 200
	}
	for seed := range runs {
		w := world{t: t, r: rand.New(rand.NewPCG(4, uint64(seed))), lives: make([][]*life, 1)}
		for range 1 + w.r.IntN(3) {
			f := w.format()
			f.MsgID = false
			w.speak(0, 1+w.r.IntN(150), uint64(w.r.IntN(300)), 1e7+uint64(w.r.IntN(1e7)), f)
		}
		reach := w.r.IntN(400)
		w.travel(0, []float64{0, 0.1, 0.5}[w.r.IntN(3)], 0.2, float64(reach))
		o := kmsg.CollectOptions{
			Hold: time.Duration(1 + w.r.IntN(1e8)), FragmentHold: time.Duration(1 + w.r.IntN(1e8)),
			Window: 1 + w.r.IntN(40), HostBytes: 1 + w.r.IntN(100_000), TotalBytes: 1 + w.r.IntN(100_000),
		}
		c, out := w.collect(o, func(packet) time.Duration { return time.Duration(w.r.IntN(2e7)) })
		a := c.Totals().Account
		w.checkHarsh(a, out[0])
		if a.Reboots > 0 && reach < 200 && len(w.lives[0]) == 1 {
			t.Errorf("%d reboots of one life", a.Reboots)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func (w *world) checkHarsh(a kmsg.Account, list []got) {
	t := w.t
	if err := a.Check(); err != nil {
		t.Error(err)
	}
	type id struct {
		seq, usec uint64
		off       int
	}
	given := make(map[id]bool)
	var announced, inOrder, carried, messages, reboots uint64
	for _, g := range list {
		if n := g.notice; n != nil {
			switch n.Kind {
			case kmsg.NoticeGap:
				announced += n.Count
			case kmsg.NoticeReboot:
				reboots++
			}
			continue
		}
		m := g.message
		messages++
		carried += uint64(m.Datagrams)
		if !m.Late {
			inOrder++
		}
		s := w.find(m.Seq, m.Usec)
		if s == nil {
			t.Fatalf("record %d of %d was never sent", m.Seq, m.Usec)
		}
		there := map[int]int{}
		for i := range len(s.cuts) - 1 {
			if !slices.ContainsFunc(m.Holes, func(h kmsg.Hole) bool { return h.From < s.cuts[i+1] && s.cuts[i] < h.To }) {
				there[s.cuts[i]]++
				given[id{m.Seq, m.Usec, s.cuts[i]}] = true
			}
		}
		w.checkRecord(s, there, m)
	}
	for _, p := range w.packets {
		s := w.lives[0][p.boot].records[p.record]
		if !given[id{s.Seq, s.Usec, p.off}] {
			t.Errorf("bytes of record %d from %d on came and were not delivered", s.Seq, p.off)
		}
	}
	if a.Datagrams != uint64(len(w.packets)) || a.Carried != carried || a.Delivered != messages || a.Reboots != reboots || a.Duplicate != a.Datagrams-carried {
		t.Errorf("%d packets, %d carried in %d messages, account %+v", len(w.packets), carried, messages, a)
	}
	if announced-a.Missing != a.Received-inOrder {
		t.Errorf("%d announced missing, %d in order, account %+v", announced, inOrder, a)
	}
}

func (w *world) find(seq, usec uint64) *sent {
	for _, l := range w.lives[0] {
		for i := range l.records {
			if s := &l.records[i]; s.Seq == seq && s.Usec == usec {
				return s
			}
		}
	}
	return nil
}

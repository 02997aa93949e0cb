package netconsole

import (
	"context"

	"netkmsg/kmsg"
)

// suppressed is a run of records that were not sent because they came too late.
type suppressed struct {
	count       uint64
	first, last uint64
	usec        uint64 // of the last
}

func (s *Sender) suppress(r kmsg.Record) {
	s.Account.suppressed.Add(1)
	if s.late.count == 0 {
		s.late.first = r.Seq
	}
	s.late.count++
	s.late.last, s.late.usec = r.Seq, r.Usec
	s.missed(kmsg.Loss{Count: 1, First: r.Seq, Last: r.Seq, Why: tooLate})
}

// caughtUp tells, when nothing more is at hand, of what was suppressed on the
// way: here at once, and in the stream if its format has a mark for that. In the
// basic format the next record tells it.
func (s *Sender) caughtUp(ctx context.Context) {
	l := s.late
	if l.count == 0 {
		return
	}
	s.late = suppressed{}
	s.Log.Warn("records "+tooLate, "count", l.count, "first", l.first, "last", l.last)
	if s.loss.Count > 0 && s.Format.Extended() {
		s.announce(ctx, entry{usec: l.usec, seq: l.last})
	}
}

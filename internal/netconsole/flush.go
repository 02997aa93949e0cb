package netconsole

import (
	"context"

	"netkmsg/kmsg"
)

// flush sends what is queued. When it returns the batch is empty and every
// frame in it was accepted or refused.
func (s *Sender) flush(ctx context.Context) {
	s.sending()
	for i := 0; i < s.out.n; {
		s.follow(i)
		n, err := s.Port.Send(s.out.frames[i:s.out.n])
		for range n {
			s.accepted(i)
			i++
		}
		s.settled()
		if err == nil || i == s.out.n {
			break
		}
		if ctx.Err() == nil && s.Port.Recover(ctx, err) {
			continue
		}
		s.report(err)
		s.broken = err
		if e := s.out.entries[i]; e.last {
			s.settle(e)
		}
		i++
	}
	s.out.n = 0
	s.done = max(s.done, s.past)
	s.settled()
}

// follow puts the device's present address into the frames still to be sent:
// netpoll reads it for every frame (corpus case dev-newmac).
func (s *Sender) follow(i int) {
	mac := s.Port.MAC()
	if mac == s.mac {
		return
	}
	s.mac = mac
	s.Template.SetSourceMAC(mac)
	for _, f := range s.out.frames[i:s.out.n] {
		copy(f[6:], mac[:])
	}
}

func (s *Sender) accepted(i int) {
	f, e := s.out.frames[i], s.out.entries[i]
	s.Account.frames.Add(1)
	s.Account.bytes.Add(uint64(len(f)))
	if s.Capture != nil {
		s.Capture(e.usec, f)
	}
	if s.trouble != nil {
		s.Log.Info("the device takes frames again")
		s.trouble = nil
	}
	if e.last {
		s.settle(e)
	}
}

// report tells of a refused frame when it is the first one in a row.
func (s *Sender) report(err error) {
	if s.trouble == nil {
		s.Log.Warn("the device refuses frames", "err", err)
	}
	s.trouble = err
}

// settle decides the outcome of a record, or of a mark, of which every frame
// was accepted or refused.
func (s *Sender) settle(e entry) {
	if e.record {
		s.done = max(s.done, e.seq+1)
	}
	why := s.broken
	s.broken = nil
	if why == nil {
		if e.record {
			s.Account.sent.Add(1)
		}
		return
	}
	s.missed(e.loss)
	if e.record {
		s.Account.dropped.Add(1)
		s.missed(kmsg.Loss{Count: 1, First: e.seq, Last: e.seq, Why: "refused by the device"})
	}
}

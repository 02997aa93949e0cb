package targets

import (
	"context"
	"sync/atomic"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/wire"
	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// A session is the time for which a target is enabled, or waits and keeps records: from the first record on to the last.
type session struct {
	target *Target
	place  *place
	ctx    context.Context // done when no device is waited for any more
	hurry  context.CancelFunc
	sender *netconsole.Sender // nil before it has begun
	done   chan struct{}      // closed when it has ended

	setup atomic.Pointer[setup]      // to be taken up with the next record
	extra atomic.Pointer[kmsg.Block] // likewise

	used *wire.Conn // with which the sender tried last
	conn *wire.Conn // nil: there is no device; under the target's lock
}

// A setup is what frames are made with.
type setup struct {
	format   *kmsg.Formatter // nil: as before
	template *frame.Template
	nextID   func() uint16 // nil on IPv6
}

func newSession(t *Target, p *place) *session {
	s := &session{target: t, place: p}
	s.ctx, s.hurry = context.WithCancel(context.Background())
	return s
}

// start begins to send. The first setup is there.
func (s *session) start() {
	t := s.target
	first := s.setup.Swap(nil)
	sender := &netconsole.Sender{
		Source:   s.place,
		Format:   first.format,
		Template: first.template,
		Port:     s,
		Log:      t.logger(),
		Account:  &t.account,
		Admit:    t.set.o.Admit,
		Quiet:    t.set.o.Policy == netconsole.Kernel,
		NextID:   first.nextID,
	}
	sender.Before = func(r kmsg.Record) { s.before(sender, r) }
	s.sender = sender
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		if err := sender.Run(s.ctx); err != nil {
			t.logEnded(s, err)
		}
	}()
}

// before takes up what was changed since the last record.
func (s *session) before(sender *netconsole.Sender, r kmsg.Record) {
	if n := s.setup.Swap(nil); n != nil {
		if n.format != nil {
			n.format.SetMsgID(sender.Format.MsgID())
			sender.Format = n.format
		}
		sender.Template, sender.NextID = n.template, n.nextID
		sender.Template.SetSourceMAC(s.MAC())
	}
	if b := s.extra.Swap(nil); b != nil {
		sender.Format.Append(b)
	}
	if o := s.target.set.o.Origins; o != nil && sender.Format.Wants() {
		if cpu, task, ok := o.Lookup(r); ok {
			sender.Format.Origin(cpu, task)
		}
	}
}

// end lets the session send what the log had at a mark, but wait for no device. It returns at once.
func (s *session) end(m mark) {
	s.place.finish(m)
	s.hurry()
}

// await waits until all is sent, and gives the rest up when the time is over.
func (s *session) await(over <-chan time.Time) {
	if s.sender != nil {
		select {
		case <-s.done:
		case <-over:
			s.place.giveUp()
			<-s.done
		}
	} else { // nobody has read the place
		s.place.giveUp()
		r, _ := s.place.Next()
		s.target.account.Miss(r.Lost)
	}
}

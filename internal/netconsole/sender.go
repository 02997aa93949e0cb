package netconsole

import (
	"context"
	"errors"
	"io"

	"netkmsg/frame"
	"netkmsg/internal/logline"
	"netkmsg/kmsg"
)

const (
	overwritten = "overwritten before they could be read"
	tooLate     = "suppressed, they would have left too late"
)

// Sender moves the records of one source to one target. The source is its
// own, so that what happens to one target never delays another: while a
// device is away, the kernel's log buffer is the queue.
type Sender struct {
	Source   kmsg.Source // Lost may come with the error at its end too
	Format   *kmsg.Formatter
	Template *frame.Template
	Port     Port
	Log      logline.Log
	Account  *Account

	Before  func(kmsg.Record)           // may change Format and Template for the record and those after it; may be nil
	Quiet   bool                        // tells the stream only of losses of which the kernel tells: overwritten, and basic
	Admit   func(level int) bool        // nil admits every level
	Late    func(level int) bool        // says of a record just read that it waited too long to be sent; may be nil
	Batch   int                         // frames handed over at once; 0: as many as one system call sends
	NextID  func() uint16               // IPv4 identification of the next frame; nil on IPv6
	Capture func(usec uint64, f []byte) // sees every accepted frame with its record's time; may be nil

	Cursor Cursor // is told how far the log has got; may be nil

	out  batch
	loss kmsg.Loss // what the stream has not been told yet
	late suppressed
	mac  frame.MAC
	done uint64 // all records before this number have their outcome
	past uint64 // all records before this number are in the batch, or settled

	broken  error // why a frame of the record being sent was refused
	trouble error // why the last frame was refused; nil when it was accepted
}

// Turn has the next Run read another source, whose records are numbered anew.
// What the stream has not been told yet of the last one it is told there.
func (s *Sender) Turn(src kmsg.Source, c Cursor) {
	s.Source, s.Cursor = src, c
	s.done, s.past = 0, 0
}

// Run sends until the source is at its end. It fails only when the source
// cannot be read: malformed records are skipped and counted as lost, refused
// frames are counted as dropped. Once ctx is done Run waits for no device.
func (s *Sender) Run(ctx context.Context) error {
	for {
		r, err := s.next(ctx)
		if err == nil {
			s.record(ctx, r)
			continue
		}
		if bad := (*kmsg.SyntaxError)(nil); errors.As(err, &bad) {
			s.Account.read.Add(1)
			s.Account.lost.Add(1)
			s.Log.Error("malformed record skipped", "err", err)
			continue
		}
		s.flush(ctx)
		if n := r.Lost; n > 0 {
			s.Account.read.Add(n)
			s.Account.lost.Add(n)
			s.Log.Warn("records lost: "+overwritten, "count", n)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
}

// next returns the next record. Before it waits for one it sends what is
// queued: a live record leaves at once, a backlog leaves in batches.
func (s *Sender) next(ctx context.Context) (kmsg.Record, error) {
	if r, ok, err := s.Source.TryNext(); ok || err != nil {
		return r, err
	}
	s.caughtUp(ctx)
	s.flush(ctx)
	return s.Source.Next()
}

func (s *Sender) record(ctx context.Context, r kmsg.Record) {
	defer func() { s.past = r.Seq + 1 }()
	s.Account.read.Add(1 + r.Lost)
	if n := r.Lost; n > 0 {
		first, last := r.Seq-min(n, r.Seq), max(r.Seq, 1)-1 // a file's numbers may begin anew
		s.Account.lost.Add(n)
		s.Log.Warn("records lost: "+overwritten, "count", n, "first", first, "last", last)
		s.missed(kmsg.Loss{Count: n, First: first, Last: last, Why: overwritten})
	}
	if s.Admit != nil && !s.Admit(r.Level()) {
		s.Account.filtered.Add(1)
		return
	}
	if s.Late != nil && s.Late(r.Level()) {
		s.suppress(r)
		return
	}
	if s.Before != nil {
		s.Before(r)
	}
	e := entry{usec: r.Usec, seq: r.Seq}
	if s.loss.Count > 0 {
		e.loss = s.announce(ctx, e) // what is left of it the record's own first packet announces
	}
	e.record = true
	s.Format.Begin(r)
	s.queue(ctx, e)
}

// announce queues the mark of what the stream has not been told yet. It returns
// the loss if the format has no mark of its own.
func (s *Sender) announce(ctx context.Context, e entry) kmsg.Loss {
	e.loss, s.loss = s.loss, kmsg.Loss{}
	e.loss.Usec = e.usec
	s.Format.BeginLoss(e.loss)
	if s.queue(ctx, e) {
		return kmsg.Loss{}
	}
	return e.loss
}

// missed adds to what the stream is to be told with the next record.
func (s *Sender) missed(l kmsg.Loss) {
	if l.Count == 0 || s.Quiet && (s.Format.Extended() || l.Why != overwritten) {
		return
	}
	if s.loss.Count > 0 {
		l.First = min(l.First, s.loss.First)
		l.Last = max(l.Last, s.loss.Last)
		l.Count += s.loss.Count
	}
	s.loss = l
}

// queue builds the frames of what the formatter has begun, and reports
// whether there were any.
func (s *Sender) queue(ctx context.Context, e entry) bool {
	some := false
	for {
		if s.out.full(s.Batch) {
			s.flush(ctx)
		}
		f, ok := s.Format.Next(s.out.next(s.Template.HeaderLen()))
		if !ok {
			break
		}
		s.seal(f)
		s.out.push(f, e)
		some = true
	}
	switch {
	case !some:
	case s.out.n == 0: // the last frame filled the batch and has gone
		s.settle(e)
	default:
		s.out.entries[s.out.n-1].last = true
	}
	return some
}

func (s *Sender) seal(f []byte) {
	if s.NextID != nil {
		s.Template.SetID(s.NextID())
	}
	if err := s.Template.Seal(f); err != nil {
		panic(err) // a datagram has at most kmsg.ChunkMax bytes, far below any limit
	}
}

package targets

import (
	"errors"
	"io"
	"sync"

	"netkmsg/kmsg"
)

// backlogMax is how many bytes of records are kept for targets that are behind: more than the log buffer of most kernels.
const backlogMax = 1 << 20

// A backlog is the log, read once for all targets. It keeps the latest records, and every target has a place in it, so
// that one which waits holds nobody up.
type backlog struct {
	source kmsg.Source

	probing sync.Mutex
	probe   kmsg.Source // the same log once more, to know how far it is now
	newest  uint64      // sequence number of the last record that the probe saw
	probed  bool

	mu    sync.Mutex
	more  *sync.Cond // there are more records, or a place has an end
	first uint64     // place of kept[0]; places are counted from 0
	kept  []kept
	bytes int
	lost  uint64 // records before the end that could not be read
	seq   uint64 // of the last record
	some  bool   // there was one
	err   error  // why the log has ended
}

// kept is a record, or a malformed one's error.
type kept struct {
	raw  []byte
	err  error
	lost uint64 // records before this one that could not be read, since the beginning
}

// newBacklog opens a log at its end, and reads it. probe may be nil.
func newBacklog(source, probe func() (kmsg.Source, error)) (b *backlog, err error) {
	b = &backlog{probe: none{}}
	b.more = sync.NewCond(&b.mu)
	if probe != nil {
		if b.probe, err = probe(); err != nil {
			return nil, err
		}
	}
	if b.source, err = source(); err != nil { // after the probe: what this one has still to read, that one has too
		return nil, errors.Join(err, b.probe.Close())
	}
	go b.read()
	return b, nil
}

// none is the probe of a log that can be read only once.
type none struct{}

func (none) Next() (r kmsg.Record, err error)             { return r, io.EOF }
func (none) TryNext() (r kmsg.Record, ok bool, err error) { return }
func (none) Close() error                                 { return nil }

func (b *backlog) read() {
	for {
		r, err := b.source.Next()
		b.mu.Lock()
		b.lost += r.Lost
		bad := (*kmsg.SyntaxError)(nil)
		switch {
		case err == nil:
			b.keep(kept{raw: append([]byte(nil), r.Raw...), lost: b.lost})
			b.seq, b.some = r.Seq, true
		case errors.As(err, &bad):
			b.keep(kept{err: err, lost: b.lost})
		default:
			b.err = err
		}
		over := b.err != nil
		b.more.Broadcast()
		b.mu.Unlock()
		if over {
			return
		}
	}
}

func (b *backlog) keep(k kept) {
	b.kept = append(b.kept, k)
	b.bytes += len(k.raw)
	for b.bytes > backlogMax {
		b.bytes -= len(b.kept[0].raw)
		b.kept[0] = kept{}
		b.kept = b.kept[1:]
		b.first++
	}
}

// end is the place behind the last record. mu is held.
func (b *backlog) end() uint64 { return b.first + uint64(len(b.kept)) }

// A mark is a point between two records.
type mark struct {
	at   uint64 // place of the record behind it
	lost uint64 // records before it that could not be read
}

// now returns the point behind the last record that the log has at this moment.
func (b *backlog) now() mark {
	b.probing.Lock()
	defer b.probing.Unlock()
	for {
		r, ok, err := b.probe.TryNext()
		if bad := (*kmsg.SyntaxError)(nil); errors.As(err, &bad) {
			continue
		}
		if !ok {
			break
		}
		b.newest, b.probed = r.Seq, true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.probed && (!b.some || b.seq < b.newest) && b.err == nil {
		b.more.Wait()
	}
	return mark{b.end(), b.lost}
}

// here returns the point behind the last record that was read. It does not wait.
func (b *backlog) here() mark {
	b.mu.Lock()
	defer b.mu.Unlock()
	return mark{b.end(), b.lost}
}

// close ends the log for all.
func (b *backlog) close() error {
	err := errors.Join(b.source.Close(), b.probe.Close())
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = io.EOF
	}
	b.more.Broadcast()
	return err
}

package send

import (
	"bytes"
	"errors"
	"time"

	"netkmsg/kmsg"
)

// teeQueue is the number of records that a branch holds back.
const teeQueue = 4096

// branch is one target's copy of a stream that can be read only once. A
// target that waits for its device falls behind; when its queue is full it
// loses records, counted and marked, and the other targets go on.
type branch struct {
	queue  chan item
	away   func() bool // the target waits for its device
	missed uint64      // lost since the queue last took an item
	late   uint64      // lost and not yet told with a record
}

type item struct {
	raw  []byte
	lost uint64
	err  error
}

func newBranch(away func() bool) *branch {
	return &branch{queue: make(chan item, teeQueue), away: away}
}

// tee copies a stream to the branches until it ends.
func tee(src kmsg.Source, bs []*branch) {
	for {
		r, err := src.Next()
		it := item{bytes.Clone(r.Raw), r.Lost, err}
		for _, b := range bs {
			b.put(it)
		}
		if err != nil && !malformed(err) {
			return
		}
	}
}

// put waits for room in the queue, but for a record not longer than the
// target has its device.
func (b *branch) put(it item) {
	it.lost += b.missed
	for {
		select {
		case b.queue <- it:
			b.missed = 0
			return
		case <-time.After(10 * time.Millisecond):
			if it.err == nil && b.away() {
				b.missed = it.lost + 1
				return
			}
		}
	}
}

// Next waits for the next record.
func (b *branch) Next() (kmsg.Record, error) { return b.open(<-b.queue) }

// TryNext returns the next record if it is there.
func (b *branch) TryNext() (kmsg.Record, bool, error) {
	select {
	case it := <-b.queue:
		r, err := b.open(it)
		return r, err == nil, err
	default:
		return kmsg.Record{}, false, nil
	}
}

// Close does nothing: the stream belongs to the tee.
func (b *branch) Close() error { return nil }

func (b *branch) open(it item) (kmsg.Record, error) {
	b.late += it.lost
	if it.err != nil {
		return kmsg.Record{}, it.err
	}
	r, err := kmsg.Parse(it.raw)
	r.Lost, b.late = b.late, 0
	return r, err
}

// malformed reports whether err concerns one record, after which the source
// goes on.
func malformed(err error) bool {
	var bad *kmsg.SyntaxError
	return errors.As(err, &bad)
}

package send

import (
	"bytes"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"netkmsg/kmsg"
)

// teeQueue is the number of records that a branch holds back.
const teeQueue = 4096

// branch is one target's copy of a stream that can be read only once. A
// target that waits for its device falls behind; when its queue is full while
// another target could go on, it loses records, counted and marked.
type branch struct {
	queue  chan item
	away   func() bool // the target waits for its device
	ended  atomic.Bool // the target takes no more
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
		if it.last() {
			for _, b := range bs {
				go b.put(it, bs) // to each when it has room
			}
			return
		}
		for _, b := range bs {
			b.put(it, bs)
		}
	}
}

// put waits for room in the queue, but not where that would hold up a target
// that has its device.
func (b *branch) put(it item, bs []*branch) {
	it.lost += b.missed
	for !b.ended.Load() {
		if len(b.queue) == teeQueue && b.away() && !it.last() && slices.ContainsFunc(bs, (*branch).ready) {
			b.missed = it.lost + 1
			return
		}
		select {
		case b.queue <- it:
			b.missed = 0
			return
		case <-time.After(time.Millisecond): // the targets may be different now
		}
	}
}

func (b *branch) ready() bool { return !b.ended.Load() && !b.away() }

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

// Close gives up the copy. The stream belongs to the tee.
func (b *branch) Close() error {
	b.ended.Store(true)
	return nil
}

// open takes an item apart. What was lost is told with a record, or with the
// end.
func (b *branch) open(it item) (r kmsg.Record, err error) {
	b.late += it.lost
	switch {
	case it.err == nil:
		r, err = kmsg.Parse(it.raw)
	case it.last():
		err = it.err
	default:
		return r, it.err
	}
	r.Lost, b.late = b.late, 0
	return r, err
}

// last reports whether nothing follows.
func (it item) last() bool { return it.err != nil && !malformed(it.err) }

// malformed reports whether err concerns one record, after which the source
// goes on.
func malformed(err error) bool {
	var bad *kmsg.SyntaxError
	return errors.As(err, &bad)
}

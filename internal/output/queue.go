package output

import (
	"io"
	"sort"
	"sync"
)

// queueLimit is the number of bytes that wait for a slow writer. As many more
// may be in its hands.
const queueLimit = 4 << 20

// batch is a number of entries in one piece.
type batch struct {
	b    []byte
	ends []int  // indices behind each entry
	head int    // length of the announcement in front
	told uint64 // what it tells
}

// queue is the bounded buffer in front of a writer, which a goroutine of its
// own feeds: everything that has gathered goes out in one write.
type queue struct {
	w     io.Writer
	limit int
	// announce appends what is to be said in place of n lost entries.
	announce func(dst []byte, n uint64) []byte

	mu       sync.Mutex
	pending  batch
	busy     int    // entries in the writer's hands
	missing  uint64 // shed behind pending
	before   uint64 // shed in front of pending
	unsaid   uint64 // not written, and not announced yet
	shed     uint64 // found no room, in all
	failed   uint64 // not written, in all
	closing  bool
	deserted bool // close has given up
	patient  bool
	room     sync.Cond // of patient entries
	err      error
	wake     chan struct{} // holds a token when the writer has something to do
	done     chan struct{}
}

func newQueue(w io.Writer, limit int, announce func([]byte, uint64) []byte) *queue {
	q := &queue{w: w, limit: limit, announce: announce, wake: make(chan struct{}, 1), done: make(chan struct{})}
	q.room.L = &q.mu
	go q.run()
	return q
}

// add appends an entry unless the queue is full; a patient one waits. What entry
// uses besides is guarded by the queue's lock, if nothing but entries and
// announce use it.
func (q *queue) add(entry func(dst []byte) []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.patient && len(q.pending.b) >= q.limit && !q.closing {
		q.flush()
		q.room.Wait()
	}
	if len(q.pending.b) >= q.limit || q.closing {
		q.missing++
		q.shed++
		return
	}
	q.pending.b = entry(q.pending.b)
	q.pending.ends = append(q.pending.ends, len(q.pending.b))
}

// flush wakes the writer.
func (q *queue) flush() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) run() {
	defer close(q.done)
	var out batch
	for range q.wake {
		for {
			var last bool
			if out, last = q.take(out); len(out.b) > 0 {
				n, err := q.w.Write(out.b)
				q.wrote(out, n, err)
			} else if last {
				return
			} else {
				break
			}
		}
	}
}

// take exchanges the batch that was written for what has gathered, with an
// announcement of what was lost before it in front. What could not be written
// is announced with the next entry only: a broken writer is not tried again and
// again.
func (q *queue) take(used batch) (next batch, last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.deserted {
		return batch{}, true
	}
	next, q.pending = q.pending, batch{b: used.b[:0], ends: used.ends[:0]}
	q.room.Broadcast()
	q.busy = len(next.ends)
	if q.busy == 0 {
		q.before, q.missing = q.before+q.missing, 0
	}
	if q.before > 0 || q.unsaid > 0 && (q.busy > 0 || q.closing) {
		next.told, q.unsaid = q.unsaid+q.before, 0
		head := q.announce(nil, next.told)
		next.head = len(head)
		next.b = append(head, next.b...)
		for i := range next.ends {
			next.ends[i] += next.head
		}
	}
	q.before, q.missing = q.missing, 0
	return next, q.closing
}

// wrote accounts for a write of n bytes of out.
func (q *queue) wrote(out batch, n int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = 0
	if err == nil {
		return
	}
	if q.err == nil {
		q.err = err
	}
	lost := uint64(len(out.ends) - sort.SearchInts(out.ends, n+1))
	q.failed += lost
	q.unsaid += lost
	if n < out.head && (len(out.ends) > 0 || len(q.pending.ends) > 0 || !q.closing) {
		q.unsaid += out.told
	}
}

// shedCount is the number of entries lost, be it that they found no room or
// that they could not be written.
func (q *queue) shedCount() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.shed + q.failed
}

// failedCount is the number of those that could not be written.
func (q *queue) failedCount() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.failed
}

package output

import (
	"errors"
	"fmt"
	"time"
)

var errStalled = errors.New("it does not take what is queued")

// close writes what is left, for at most limit. What is left then is lost and
// counted; a writer that never returns keeps its goroutine.
func (q *queue) close(limit time.Duration) error {
	q.mu.Lock()
	q.closing = true
	q.room.Broadcast()
	q.mu.Unlock()
	q.flush()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-q.done:
	case <-timer.C:
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.done:
		return q.err
	default:
	}
	if !q.deserted {
		q.deserted = true
		q.shed += uint64(len(q.pending.ends))
	}
	return errors.Join(q.err, fmt.Errorf("%w: %d entries are lost, and %d if they stay unwritten", errStalled, len(q.pending.ends), q.busy))
}

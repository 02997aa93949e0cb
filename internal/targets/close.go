package targets

import (
	"context"
	"errors"
	"time"

	"netkmsg/internal/netconsole"
)

// Close ends all targets, and the Set. Each target first sends the records that the log has now, until ctx ends; what is
// not sent by then counts as lost. Nothing must be done with the Set and its targets afterwards, but to ask for their
// Status.
func (s *Set) Close(ctx context.Context) (err error) {
	s.closing.Do(func() { err = s.close(ctx) })
	return err
}

func (s *Set) close(ctx context.Context) error {
	s.end()
	over := make(chan time.Time)
	stop := context.AfterFunc(ctx, func() { close(over) })
	defer stop()
	var done []chan struct{}
	for _, t := range s.All() {
		t.hurry()
		d := make(chan struct{})
		done = append(done, d)
		go func() {
			defer close(d)
			t.op <- struct{}{} // kept for good
			t.mu.Lock()
			if t.life.State() != netconsole.Disabled {
				t.life.Ended(errClosed, time.Now())
			}
			t.mu.Unlock()
			t.stop(over)
		}()
	}
	for _, d := range done {
		<-d
	}
	s.ending.Wait()
	var err error
	if s.o.Origins != nil {
		err = s.o.Origins.Close()
	}
	s.logMu.Lock()
	defer s.logMu.Unlock()
	if s.log == nil {
		return err
	}
	return errors.Join(err, s.log.close())
}

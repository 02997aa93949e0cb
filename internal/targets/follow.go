package targets

import (
	"context"
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
)

// follow does what the life of the target says, in the background where it may take time. mu is held.
func (t *Target) follow(step netconsole.Step) {
	t.tell(step)
	s := t.session
	switch step.Do {
	case netconsole.Open:
		go t.reopen()
	case netconsole.Close:
		t.session = nil
		t.release()
		if s != nil { // from now on records are another session's
			log, _ := t.set.backlog()
			s.end(log.here())
		}
		t.set.ending.Go(func() { t.finish(s) })
	case netconsole.Detach:
		if s != nil && s.conn != nil {
			s.conn.Close()
			s.conn = nil
		}
		t.release()
	}
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	if at, ok := t.life.Deadline(); ok {
		t.timer = time.AfterFunc(time.Until(at), t.tick)
	}
	if t.wake != nil {
		close(t.wake)
		t.wake = nil
	}
}

// release forgets the device. A target that is bound to a MAC address forgets the name that went with it.
func (t *Target) release() {
	if t.attrs.ByMAC() {
		t.attrs.Device = ""
	}
	t.link = netdev.Link{}
}

// changed returns a channel that is closed when the life has changed. mu is held.
func (t *Target) changed() <-chan struct{} {
	if t.wake == nil {
		t.wake = make(chan struct{})
	}
	return t.wake
}

func (t *Target) tick() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.follow(t.life.Tick(time.Now()))
}

// reopen tries to get the device back.
func (t *Target) reopen() {
	ctx, cancel := context.WithCancel(t.set.ctx)
	defer cancel()
	t.mu.Lock()
	t.resume = cancel
	t.mu.Unlock()
	if t.lock(ctx) != nil {
		return
	}
	defer t.unlock()
	t.mu.Lock()
	still := t.life.Opening() && !t.removed
	t.mu.Unlock()
	if still {
		_ = t.open(ctx) // told, and what follows from it is under way
	}
}

// hurry ends a try to get the device back, so that a write need not wait for it.
func (t *Target) hurry() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.resume != nil {
		t.resume()
	}
}

// failed tells that the device could not be made ready. With the helpful policy records wait for it from now on. op is
// held.
func (t *Target) failed(f netconsole.Failure, cause error) error {
	var s *session
	if f != netconsole.Other && t.set.o.Policy == netconsole.Helpful {
		s = t.begin()
	}
	t.mu.Lock()
	step := t.life.Failed(f, cause, time.Now())
	if t.life.State() == netconsole.Waiting && t.session == nil {
		t.session = s
	}
	t.follow(step)
	t.mu.Unlock()
	t.leave()
	return cause
}

// stop ends the session, if there is one, and leaves the world. op is held.
func (t *Target) stop(over <-chan time.Time) {
	t.mu.Lock()
	s := t.session
	t.session = nil
	t.release()
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	if t.wake != nil {
		close(t.wake)
		t.wake = nil
	}
	t.mu.Unlock()
	t.drain(s, over)
	t.leave()
}

// finish does the same in the background, for a session that was taken from the target.
func (t *Target) finish(s *session) {
	if t.lock(t.set.ctx) == nil { // otherwise Close has it, and waits for us
		defer t.unlock()
	}
	t.drain(s, t.set.over())
	t.leave()
}

// drain sends what the log has now, and ends a session.
func (t *Target) drain(s *session, over <-chan time.Time) {
	if s == nil {
		return
	}
	if log, err := t.set.backlog(); err == nil {
		s.end(log.now())
	}
	s.await(over)
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.sender != nil {
		t.msgid = s.sender.Format.MsgID()
	}
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}

// leave leaves the world where the target is disabled. op is held.
func (t *Target) leave() {
	t.mu.Lock()
	w := t.world
	if w == nil || t.life.State() != netconsole.Disabled {
		t.mu.Unlock()
		return
	}
	t.world = nil
	t.mu.Unlock()
	t.set.worlds.leave(w, t)
}

package netconsole

import (
	"strconv"
	"syscall"
	"time"
)

// A Life is the state of a target: disabled, enabled, paused or waiting, and why. It does nothing by itself: it is told
// what happens and answers what is to be done. The kernel's policy is that of drivers/net/netconsole.c in Linux 7.3.4
// (corpus cases cfs-enabled-values, dev-*); the helpful one keeps records for a device that is away and never gives up.
// The zero value is a disabled target with the helpful policy.
type Life struct {
	Policy Policy

	state   State
	why     string
	since   time.Time
	waited  bool      // it was waiting before it is opened
	opening bool      // Open was the answer, and what came of it is not told yet
	again   bool      // something happened meanwhile that may help
	lacks   Failure   // what it waits for
	tries   int       // in vain, since it began to wait
	next    time.Time // of the next try; zero for none
}

// State returns the present state.
func (l *Life) State() State { return l.state }

// Why returns the reason of the state, since when it lasts, and how often the device was tried in vain.
func (l *Life) Why() (why string, since time.Time, tries int) {
	if l.why == "" {
		return "never enabled", l.since, l.tries
	}
	return l.why, l.since, l.tries
}

// Deadline returns when Tick is to be called, or false.
func (l *Life) Deadline() (time.Time, bool) { return l.next, !l.next.IsZero() }

func (l *Life) be(s State, why string, now time.Time) {
	if s != l.state || l.since.IsZero() {
		l.since = now
	}
	l.state, l.why = s, why
	l.next = time.Time{}
	if s == Disabled {
		l.opening, l.again = false, false
	}
}

// Lacks tells what a target that waits is waiting for.
func (l *Life) Lacks() Failure { return l.lacks }

// Opening reports whether Open was the answer and neither Opened nor Failed was told yet.
func (l *Life) Opening() bool { return l.opening }

// Ended tells that the log has ended, or cannot be read.
func (l *Life) Ended(cause error, now time.Time) Step {
	l.be(Disabled, cause.Error(), now)
	return warn(Close, "network logging ended: %v", cause)
}

// Write is a write to the file enabled. A *Refusal says that the write fails; the step is to be done all the same. What
// waits counts as disabled, and a write ends the waiting.
func (l *Life) Write(on bool, now time.Time) (Step, error) {
	var step Step
	if l.state == Waiting {
		step = say(Close, "no longer waiting")
		l.be(Disabled, "switched off while it was waiting", now)
	}
	switch {
	case on && l.state.On():
		return step, deny(syscall.EINVAL, "network logging has already started")
	case !on && !l.state.On():
		return step, deny(syscall.EINVAL, "network logging has already stopped")
	case on:
		*l = Life{Policy: l.Policy, why: l.why, since: l.since, opening: true}
		return Step{Do: Open}, nil
	}
	l.be(Disabled, "switched off", now)
	return say(Close, "network logging stopped"), nil
}

// Opened tells that the device is ready.
func (l *Life) Opened(d Device, now time.Time) Step {
	l.opening = false
	step := say(Nothing, "network logging started on interface %s", d.Name)
	if l.waited {
		step = say(Wake, "network logging resumed on interface %s", d.Name)
	}
	if l.tries > 0 {
		step.Log += ", having tried " + times(l.tries) + " in vain"
	}
	l.be(Enabled, step.Log, now)
	l.waited, l.again, l.tries = false, false, 0
	if !d.Ready() {
		l.be(Paused, d.ails(), now)
		step = warn(step.Do, "%s, but %s", step.Log, l.why)
	}
	return step
}

// Failed tells that the device could not be made ready, and why.
func (l *Life) Failed(f Failure, cause error, now time.Time) Step {
	if !l.opening { // nobody is interested any more
		return Step{}
	}
	again := l.again
	l.opening, l.again = false, false
	if l.Policy == Kernel || !l.waited && f == Other {
		l.be(Disabled, cause.Error(), now)
		if l.waited {
			return warn(Close, "network logging not resumed: %v", cause)
		}
		return warn(Close, "not enabled: %v", cause)
	}
	known := l.state == Waiting && l.why == cause.Error()
	l.tries++
	l.be(Waiting, cause.Error(), now)
	l.waited, l.lacks = true, f
	switch {
	case again:
		return l.open()
	case f != Other && known:
		return Step{}
	case f != Other:
		return warn(Nothing, "waiting: %v", cause)
	}
	pause := backoff(l.tries)
	l.next = now.Add(pause)
	return warn(Nothing, "cannot resume, tried %s, again in %v: %v", times(l.tries), pause, cause)
}

// Tick tells that time has passed.
func (l *Life) Tick(now time.Time) Step {
	if l.state != Waiting || l.next.IsZero() || now.Before(l.next) {
		return Step{}
	}
	return l.open()
}

// open answers that it is worth a try.
func (l *Life) open() Step {
	if l.opening {
		l.again = true
		return Step{}
	}
	l.next, l.opening, l.waited = time.Time{}, true, true
	return Step{Do: Open}
}

// The pauses between tries are doubled from the shortest to the longest.
const (
	shortest = time.Second
	longest  = time.Minute
)

func backoff(tries int) time.Duration {
	return min(shortest<<min(tries-1, 10), longest)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

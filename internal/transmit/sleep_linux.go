package transmit

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// A sleeper waits more precisely than package time: its thread's timers are
// not put off to be handled together with others (prctl(2), PR_SET_TIMERSLACK).
type sleeper struct{}

// begin keeps the goroutine on a thread until the function it returns is called.
func (sleeper) begin() (end func()) {
	runtime.LockOSThread()
	slack, _ := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0) // it cannot fail, and
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)               // without it all works, less evenly
	return func() {
		_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(slack), 0, 0, 0)
		runtime.UnlockOSThread()
	}
}

// longest bounds a sleep, so that ctx is looked at.
const longest = 50 * time.Millisecond

func (sleeper) until(ctx context.Context, t time.Time) {
	for d := time.Until(t); d > 0 && ctx.Err() == nil; d = time.Until(t) {
		ts := unix.NsecToTimespec(int64(min(d, longest)))
		_ = unix.Nanosleep(&ts, nil) // interrupted, it has slept less: the loop sees to that
	}
}

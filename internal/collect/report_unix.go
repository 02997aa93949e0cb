//go:build unix

package collect

import (
	"context"
	"os/signal"
	"syscall"
	"time"
)

func (r *Receiver) notifySignals() { signal.Notify(r.signals, syscall.SIGUSR1, syscall.SIGHUP) }

// report answers signals: SIGUSR1 asks for the account, SIGHUP has files
// opened anew. It prints the account at each interval too.
func (r *Receiver) report(ctx context.Context) {
	var tick <-chan time.Time
	if r.o.Stats > 0 {
		t := time.NewTicker(r.o.Stats)
		defer t.Stop()
		tick = t.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
			r.soFar()
		case s := <-r.signals:
			if s == syscall.SIGUSR1 {
				r.soFar()
			} else {
				r.reopen()
			}
		}
	}
}

func (r *Receiver) soFar() {
	r.hosts()
	r.account("account so far")
}

func (r *Receiver) reopen() {
	for _, out := range r.o.Outputs {
		if f, ok := out.(interface{ Reopen() }); ok {
			f.Reopen()
		}
	}
	for _, f := range r.o.Reopen {
		f()
	}
}

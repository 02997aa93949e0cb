package send

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"netkmsg/internal/logline"
)

// drainTime is how long a run that is told to stop goes on sending what the
// kernel has.
const drainTime = time.Second

// Run sends until the log is at its end or ctx is done. If capture is not nil,
// it opens what keeps a copy of the frames, once all else is found in order.
func Run(ctx context.Context, o Options, st Streams, capture func(logline.Log) (Capture, error)) (err error) {
	log, err := logline.New(o.LogFormat, st.Err)
	if err != nil {
		return usagef("--log-format %w", err)
	}
	plan, err := o.plan(log)
	if err != nil {
		return err
	}
	r := &run{opts: o, targets: plan, keep: newKeeper(log), explained: make(chan struct{})}
	if o.Rate != "" {
		if r.bucket, err = parseRate(o.Rate); err != nil {
			return err
		}
	}
	r.id.Store(uint32(o.IPv4ID) - 1)
	if o.Explain != "" {
		r.keep.first = func(f []byte) error {
			defer close(r.explained)
			return explainFrame(st.Out, f)
		}
	}
	sig := notifyUser() // first: unnoticed it ends the process
	defer sig.stop()
	away := make([]func() bool, len(plan))
	for i, t := range plan {
		away[i] = t.away.Load
	}
	src, err := o.open(st.In, away)
	if err != nil {
		return err
	}
	defer src.close()
	if o.Cursor != "" {
		c, cerr := o.resume(plan, src)
		if cerr != nil {
			return cerr
		}
		defer func() { err = errors.Join(err, c.Err(), c.Close()) }()
	}
	o.hasten(plan, src)
	if o.Yield {
		var stop func()
		if ctx, stop, err = o.untilAsked(ctx, log); err != nil {
			return err
		}
		defer stop()
	}
	crashes, err := o.lastCrash(log, crashPlaces(), src, plan)
	if err != nil {
		return err
	}
	if capture != nil {
		c, cerr := capture(log)
		if cerr != nil {
			return cerr
		}
		r.keep.to = c
		defer func() {
			failed := r.keep.stop()
			if cerr := c.Close(); failed == nil { // else it is the same fault
				err = errors.Join(err, cerr)
			}
		}()
	}
	r.keep.clock(o.NoWire, src.boot)
	o.realtime(log)

	dctx, hurry := context.WithCancelCause(context.WithoutCancel(ctx))
	defer hurry(nil)
	var wg sync.WaitGroup
	done := make(chan struct{})
	for i, t := range r.targets {
		wg.Go(func() {
			defer src.each[i].Close()
			t.end(r.send(dctx, t, src.each[i]), len(plan) > 1)
		})
	}
	go func() { wg.Wait(); close(done) }()
	r.wait(ctx, done, sig, func() { hurry(errStopped); src.drain() })
	return errors.Join(r.result(!src.live || o.NoFollow), o.erase(log, crashes, plan))
}

// run is what the targets of one run share.
type run struct {
	opts      Options
	keep      *keeper
	bucket    *bucket       // nil without --rate
	id        atomic.Uint32 // netpoll's counter of IPv4 packets, shared by all targets
	targets   []*target
	explained chan struct{}
}

var errStopped = errors.New("told to stop")

// wait returns when the work is done, or a little after ctx is.
func (r *run) wait(ctx context.Context, done <-chan struct{}, sig userSignal, drain func()) {
	tick := make(<-chan time.Time)
	if r.opts.Stats > 0 {
		t := time.NewTicker(r.opts.Stats)
		defer t.Stop()
		tick = t.C
	}
	var explained, useless <-chan struct{}
	if r.opts.Explain == "exit" {
		explained = r.explained
	}
	if r.opts.NoWire {
		useless = r.keep.failed
	}
	stop := ctx.Done()
	var late <-chan time.Time
	for {
		select {
		case <-done:
			return
		case <-explained:
			return
		case <-useless:
			return
		case <-late:
			return
		case <-stop:
			stop = nil
			drain()
			late = time.After(drainTime)
		case <-sig.c:
			r.account("account so far")
		case <-tick:
			r.account("account so far")
		}
	}
}

func (r *run) account(msg string) {
	for _, t := range r.targets {
		t.log.Info(msg, t.account.Counts().Pairs()...)
	}
}

// result prints the account and says whether all went well.
func (r *run) result(finite bool) error {
	err := r.keep.failure()
	if r.opts.Explain == "exit" && closed(r.explained) {
		return err
	}
	r.account("account")
	for _, t := range r.targets {
		if terr := t.ended(); terr != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", t.name, terr))
		} else if finite && !t.account.Counts().Complete() {
			err = errors.Join(err, fmt.Errorf("%s: %w", t.name, ErrIncomplete))
		}
	}
	if err == nil && r.opts.Explain == "exit" {
		return errors.New("--explain: there was no record to send, and so no frame to show")
	}
	return err
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

package send

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// drainTime is how long a run that is told to stop goes on sending what the
// kernel has.
const drainTime = time.Second

// Run sends until the log is at its end or ctx is done. If capture is not nil,
// it opens what keeps a copy of the frames, once all else is found in order.
func Run(ctx context.Context, o Options, st Streams, capture func() (Capture, error)) (err error) {
	log, err := newLogger(o.LogFormat, st.Err)
	if err != nil {
		return err
	}
	plan, err := o.plan(log)
	if err != nil {
		return err
	}
	r := &run{opts: o, targets: plan, keep: &keeper{log: log}, explained: make(chan struct{})}
	r.id.Store(uint32(o.IPv4ID) - 1)
	if o.Explain != "" {
		r.keep.first = func(f []byte) error {
			defer close(r.explained)
			return explain(st.Out, f)
		}
	}
	away := make([]func() bool, len(plan))
	for i, t := range plan {
		away[i] = t.away.Load
	}
	src, err := o.open(st.In, away)
	if err != nil {
		return err
	}
	defer src.close()
	if capture != nil {
		c, err := capture()
		if err != nil {
			return err
		}
		r.keep.to = c
		defer func() {
			r.keep.stop()
			err = errors.Join(err, c.Close())
		}()
	}
	r.keep.clock(o.NoWire, src.boot)

	dctx, hurry := context.WithCancel(context.WithoutCancel(ctx))
	defer hurry()
	var wg sync.WaitGroup
	done := make(chan struct{})
	for i, t := range r.targets {
		wg.Go(func() { t.end(r.send(dctx, t, src.each[i])) })
	}
	go func() { wg.Wait(); close(done) }()
	r.wait(ctx, done, func() { hurry(); src.drain() })
	return r.result(!src.live || o.NoFollow)
}

// run is what the targets of one run share.
type run struct {
	opts      Options
	keep      *keeper
	id        atomic.Uint32 // netpoll's counter of IPv4 packets, shared by all targets
	targets   []*target
	explained chan struct{}
}

// wait returns when the work is done, or a little after ctx is.
func (r *run) wait(ctx context.Context, done <-chan struct{}, drain func()) {
	sig := notifyUser()
	defer sig.stop()
	tick := make(<-chan time.Time)
	if r.opts.Stats > 0 {
		t := time.NewTicker(r.opts.Stats)
		defer t.Stop()
		tick = t.C
	}
	explained := r.explained
	if r.opts.Explain != "exit" {
		explained = nil
	}
	stop := ctx.Done()
	var late <-chan time.Time
	for {
		select {
		case <-done:
			return
		case <-explained:
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
		t.log.Info(msg, slog.Any("", t.account.Counts()))
	}
}

// result prints the account and says whether all went well.
func (r *run) result(finite bool) error {
	if r.opts.Explain == "exit" {
		return r.keep.err
	}
	r.account("account")
	err := r.keep.err
	for _, t := range r.targets {
		if terr := t.ended(); terr != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", t.name, terr))
		} else if finite && !t.account.Counts().Complete() {
			err = errors.Join(err, fmt.Errorf("%s: %w", t.name, ErrIncomplete))
		}
	}
	return err
}

func newLogger(format string, w io.Writer) (*slog.Logger, error) {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: dropTime})), nil
	}
	return nil, usagef("--log-format %q: want text or json", format)
}

// dropTime shortens text messages: who collects them adds a time of its own.
func dropTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

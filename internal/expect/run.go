package expect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"netkmsg/frame/match"
	"netkmsg/frame/wire"
)

// Options say what to wait for, how long, and where to tell.
type Options struct {
	Wish
	Within time.Duration
	Show   func(at time.Time, number int, f match.Frame) error // every frame that matches
	Notes  io.Writer                                           // that it listens, and what goes wrong meanwhile
	// Command is run once it listens, if it is not nil. What of it still runs at
	// the end is terminated, which is no fault of it.
	Command *Command
}

// Outcome is what came of waiting.
type Outcome struct {
	Watch
	Dropped uint64
}

// errInterrupted ends a run that was told to end.
var errInterrupted = errors.New("interrupted")

// Run waits on a source until the wish is met or cannot be, the time is over,
// the capture ends, the command fails or ctx is done. It closes the source. The
// error says why the wish is not met.
func Run(ctx context.Context, src Source, o Options) (Outcome, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := Outcome{Watch: Watch{Wish: o.Wish}}
	deadline, within := time.Time{}, time.Duration(0)
	if src.Live() {
		fmt.Fprintf(o.Notes, "listening %s\n", src.Where())
		within = o.Within
		deadline = time.Now().Add(within)
	}
	if err := o.Command.start(cancel); err != nil {
		src.Close()
		return out, err
	}
	defer context.AfterFunc(ctx, func() { src.Close() })()
	err := out.gather(src, deadline, o)
	out.Dropped = src.Drops()
	src.Close()
	o.Command.finish(ctx, deadline)
	switch {
	case err != nil && !errors.Is(err, os.ErrClosed):
		return out, err
	case o.Command.failure() != nil:
		return out, o.Command.failure()
	case ctx.Err() != nil && !out.Over():
		return out, errInterrupted
	}
	return out, out.verdict(out.Dropped, src.Where(), within)
}

// gather reads until there is nothing to wait for any more.
func (w *Outcome) gather(src Source, deadline time.Time, o Options) (err error) {
	var show error
	take := func(at time.Time, f match.Frame) {
		if w.Over() || show != nil || !w.Add(f) || o.Show == nil {
			return
		}
		show = o.Show(at, w.Matched, f)
	}
	for !w.Over() && err == nil && show == nil {
		if err = src.Read(deadline, take); err != nil && wire.Down(err) {
			fmt.Fprintln(o.Notes, err)
			err = nil
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, show)
}

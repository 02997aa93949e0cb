package targets

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"netkmsg/internal/netconsole"
)

// diaryMax is how many lines about a target are kept.
const diaryMax = 32

// A diary keeps the latest of them.
type diary struct {
	mu    sync.Mutex
	lines []Event
}

func (d *diary) add(e Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.lines) == diaryMax {
		d.lines = append(d.lines[:0], d.lines[1:]...)
	}
	d.lines = append(d.lines, e)
}

func (d *diary) all() []Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Event(nil), d.lines...)
}

// diarist is a slog.Handler that notes in the diary what it passes on.
type diarist struct {
	slog.Handler
	diary *diary
	attrs string
}

func (h diarist) Handle(ctx context.Context, r slog.Record) error {
	var b strings.Builder
	if r.Level >= slog.LevelWarn {
		b.WriteString(strings.ToLower(r.Level.String()) + ": ")
	}
	b.WriteString(r.Message + h.attrs)
	r.Attrs(func(a slog.Attr) bool { fmt.Fprintf(&b, " %s=%v", a.Key, a.Value); return true })
	h.diary.add(Event{r.Time, b.String()})
	return h.Handler.Handle(ctx, r)
}

func (h diarist) WithAttrs(as []slog.Attr) slog.Handler {
	for _, a := range as {
		h.attrs += fmt.Sprintf(" %s=%v", a.Key, a.Value)
	}
	h.Handler = h.Handler.WithAttrs(as)
	return h
}

// logger returns one for messages about the target. It is made anew each time, so that idle targets have none.
func (t *Target) logger() *slog.Logger {
	h := t.set.o.Log.Handler().WithAttrs([]slog.Attr{slog.String("target", t.name)})
	return slog.New(diarist{Handler: h, diary: &t.events})
}

// tell logs a step of the target's life.
func (t *Target) tell(step netconsole.Step) {
	switch {
	case step.Log == "":
	case step.Bad:
		t.logger().Warn(step.Log)
	default:
		t.logger().Info(step.Log)
	}
}

// told logs why a write is refused, where the kernel does, and names the file in the error.
func (t *Target) told(file string, err error) error {
	if err == nil {
		return nil
	}
	var r *netconsole.Refusal
	switch {
	case errors.Is(err, errOrigins):
		t.logger().Error(err.Error())
	case errors.As(err, &r) && r.Log != "":
		t.logger().Error(r.Log, "file", file)
	}
	return fmt.Errorf("write %s of target %q: %w", file, t.name, err)
}

// Events returns the latest lines about the target in the log, oldest first.
func (t *Target) Events() []Event { return t.events.all() }

var errClosed = errors.New("netkmsg ends")

// drainTime is how long a target that is disabled goes on sending what the log had until then.
const drainTime = time.Second

func (s *Set) over() <-chan time.Time { return time.After(drainTime) }

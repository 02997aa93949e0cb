package send

import (
	"context"
	"fmt"
	"os"
	"strings"

	"netkmsg/internal/cursor"
	"netkmsg/internal/logline"
)

// resume opens the cursors and has each target's log begin where the last run
// of this boot ended. The records in doubt, those of the last batch of a run
// that was killed, are sent again: twice is better than never, and a receiver
// knows them by their numbers.
func (o *Options) resume(plan []*target, src *logs) (*cursor.File, error) {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil, fmt.Errorf("--cursor: which boot this is: %w (mount a proc on /proc)", err)
	}
	boot := strings.TrimSpace(string(b))
	var names []string
	seen := map[string]bool{}
	for _, t := range plan {
		name := t.String()
		if seen[name] {
			return nil, usagef("--cursor: target %s is there twice", name)
		}
		seen[name], names = true, append(names, name)
	}
	c, err := cursor.Open(o.Cursor, boot, names)
	if err != nil {
		return nil, fmt.Errorf("--cursor: %w", err)
	}
	for i, t := range plan {
		at, known := c.Target(boot, names[i])
		t.cursor, t.resumed = at, known
		if !known {
			continue
		}
		s := at.State()
		src.each[i] = cursor.Resume(src.each[i], s.Next)
		t.log.Info("going on where the last run ended", "record", s.Next)
		if n := s.Doubt - s.Next; n > 0 {
			t.log.Warn("the last run was killed while it was sending: these records may arrive twice", "first", s.Next, "last", s.Doubt-1)
		}
	}
	return c, nil
}

// untilAsked returns a context that is done when another run has opened the
// cursor, and what ends the offer to yield to it.
func (o *Options) untilAsked(ctx context.Context, log logline.Log) (context.Context, func(), error) {
	y, err := cursor.OfferYield(o.Cursor)
	if err != nil {
		return ctx, nil, fmt.Errorf("--yield: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-y.Asked():
			log.Info("another run takes over")
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(); _ = y.Close() }, nil // the next offer removes what this one leaves
}

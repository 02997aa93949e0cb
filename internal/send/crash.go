package send

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"netkmsg/internal/lastcrash"
	"netkmsg/internal/logline"
)

// crashPlaces are where a previous kernel's log is kept in files: pstore
// itself, what systemd moves it to, and kdump's folder.
func crashPlaces() []lastcrash.Place {
	var list []lastcrash.Place
	for _, p := range []struct{ kind, path string }{
		{"pstore", "/sys/fs/pstore"}, {"pstore", "/var/lib/systemd/pstore"}, {"kdump", "/var/crash"},
	} {
		list = append(list, lastcrash.Place{Kind: p.kind, Path: p.path, FS: os.DirFS(p.path)})
	}
	return list
}

// lastCrash puts what the previous kernel left in front of the log of each
// target, or in its place. A target that goes on in this boot's log has had it.
func (o *Options) lastCrash(log logline.Log, places []lastcrash.Place, src *logs, plan []*target) ([]lastcrash.Crash, error) {
	switch o.LastCrash {
	case "", "only", "first":
	default:
		return nil, usagef("--last-crash=%s: want first (and then the log) or only", o.LastCrash)
	}
	if o.EraseCrash && o.LastCrash == "" {
		return nil, usagef("--erase-crash without --last-crash: what has not been sent is not erased")
	}
	if o.LastCrash == "" {
		return nil, nil
	}
	if o.Cursor != "" && o.LastCrash == "only" {
		return nil, usagef("--cursor and --last-crash=only exclude each other: the last crash has numbers of its own")
	}
	crashes, err := lastcrash.Find(places)
	core, cerr := lastcrash.Memory("/proc/vmcore")
	crashes = append(crashes, core...)
	if err := errors.Join(err, cerr); err != nil {
		log.Error("a part of the last crash cannot be sent", "err", err)
	}
	if len(crashes) == 0 {
		log.Info("the previous kernel left no log of a crash")
	}
	for _, c := range crashes {
		log.Info("sending what the previous kernel left", "origin", c.Origin, "reason", c.Reason, "bytes", len(c.Text), "files", len(c.Files))
	}
	erasable := crashes
	for i, t := range plan {
		past := lastcrash.NewSource(crashes, !t.Extended)
		switch {
		case o.LastCrash == "only":
			_ = src.each[i].Close() // nothing was written
			src.each[i] = past
		case t.resumed && len(crashes) > 0:
			t.log.Info("the last crash was sent before this boot's log, and is not sent again")
			erasable = nil
		default:
			t.past = past
		}
	}
	if o.LastCrash == "only" {
		src.live, src.drain = false, func() {}
	}
	return erasable, nil
}

// erase removes the files of crashes, once all that was in them has gone out
// to every target.
func (o *Options) erase(log logline.Log, crashes []lastcrash.Crash, plan []*target) error {
	if !o.EraseCrash || len(crashes) == 0 {
		return nil
	}
	for _, t := range plan {
		if c := t.account.Counts(); t.ended() != nil || c.InFlight() > 0 || c.Dropped > 0 || c.Lost > 0 {
			log.Warn("the last crash is kept, as not all of it was sent", "target", t.name)
			return nil
		}
	}
	var failed error
	for _, c := range crashes {
		if len(c.Files) == 0 {
			continue // memory goes with this boot
		}
		var kept error
		for _, f := range c.Files {
			if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
				kept = errors.Join(kept, fmt.Errorf("--erase-crash: %w", err))
			}
		}
		if kept == nil {
			log.Info("erased what the previous kernel left", "origin", c.Origin)
		}
		failed = errors.Join(failed, kept)
	}
	return failed
}

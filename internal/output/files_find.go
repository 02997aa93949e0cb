package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// open returns the file for n more bytes, rotated if that is due.
func (w *fileWriter) open(name string, now time.Time, n int) (*hostLog, error) {
	f, err := w.find(name, now)
	if err != nil || !f.due(now, n, w.o) {
		return f, err
	}
	aside := f.path + "." + w.stamp(now)
	if err := os.Rename(f.path, aside); err != nil {
		w.o.Report(fmt.Sprintf("rotate %s: %v: going on with the old file", f.path, err))
		f.used, f.size = now, 0 // tried again when the next rotation is due
		return f, nil
	}
	w.files.drop(f.name)
	w.tidy.add(filepath.Base(aside))
	if f, err = w.find(f.name, now); err == nil {
		f.used = now
	}
	return f, err
}

// stamp is a time for the name of a file put aside: later than all others, even
// if the clock was set back, so that the oldest files are known.
func (w *fileWriter) stamp(now time.Time) string {
	now = now.UTC().Truncate(time.Millisecond)
	if !now.After(w.aside) {
		now = w.aside.Add(time.Millisecond)
	}
	w.aside = now
	return now.Format(asideTime)
}

// find returns a host's file, open, or the common one in its stead.
func (w *fileWriter) find(name string, now time.Time) (*hostLog, error) {
	if f := w.files.get(name); f != nil {
		return f, nil
	}
	f, err := w.files.open(w.o.Dir, name, 0)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if w.hosts >= w.o.MaxFiles && now.Sub(w.counted) > time.Minute {
		w.count()
	}
	if w.hosts >= w.o.MaxFiles && name != commonFile {
		if f := w.files.get(commonFile); f != nil {
			return f, nil
		}
		return w.files.open(w.o.Dir, commonFile, os.O_CREATE)
	}
	if f, err = w.files.open(w.o.Dir, name, os.O_CREATE); err == nil {
		w.hosts++
	}
	return f, err
}

// count finds out how many files there are, as some may have been deleted, and
// which was put aside last.
func (w *fileWriter) count() error {
	list, err := os.ReadDir(w.o.Dir)
	if err != nil {
		return err
	}
	w.hosts, w.counted = 0, w.o.now()
	for _, e := range list {
		if strings.HasSuffix(e.Name(), logSuffix) {
			w.hosts++
		} else if _, at, ok := asideHost(e.Name()); ok && at.After(w.aside) {
			w.aside = at
		}
	}
	return nil
}

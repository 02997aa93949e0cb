package configfs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	keepAfter = 10 * time.Millisecond // changes that come together are written together
	keepAgain = 5 * time.Second       // after a failure
	keepShare = 10                    // making the text takes at most one part in so many of the time
)

// A Keeper keeps a file equal to a text that changes. The file is replaced as a whole: whenever the process or the host
// dies, the file is one of the texts that were, and at most the last moments are missing.
type Keeper struct {
	path    string
	log     *slog.Logger
	lock    *os.File
	changed chan struct{}
	written []byte // nil before the first time
	again   time.Duration
}

// OpenKeeper takes a file for this process alone; another process has to choose another one. Its present contents are
// returned, nil if there is no file yet.
func OpenKeeper(path string, log *slog.Logger) (*Keeper, []byte, error) {
	lock, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("keep the state in %s: %w", path, err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errors.New("another netkmsg mount uses it; give each its own --state")
		}
		return nil, nil, fmt.Errorf("keep the state in %s: %w", path, err)
	}
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		lock.Close()
		return nil, nil, fmt.Errorf("read the state: %w", err)
	}
	return &Keeper{path: path, log: log, lock: lock, changed: make(chan struct{}, 1), written: old, again: keepAgain}, old, nil
}

// Changed says that the text may be another one now. It never blocks. A nil Keeper keeps nothing.
func (k *Keeper) Changed() {
	if k == nil {
		return
	}
	select {
	case k.changed <- struct{}{}:
	default:
	}
}

// Run writes the text whenever it changed, and once more when ctx is done. A file that cannot be written is tried again
// and again; the first failure and the first success after it are logged.
func (k *Keeper) Run(ctx context.Context, text func() []byte) error {
	if k == nil {
		return nil
	}
	defer k.lock.Close()
	k.Changed()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return k.write(text())
		case <-k.changed:
		}
		if !wait(ctx, keepAfter) {
			continue
		}
		begin := time.Now()
		b := text()
		pause := time.Since(begin) * (keepShare - 1)
		switch err := k.write(b); {
		case err == nil && failing:
			k.log.Info("the state is kept again", "file", k.path)
			fallthrough
		case err == nil:
			failing = false
		default:
			if !failing {
				k.log.Error("the state is not kept; trying again", "err", err)
			}
			failing = true
			k.Changed()
			pause = k.again
		}
		wait(ctx, pause)
	}
}

// wait returns false if ctx is done before the time is over.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// write replaces the file. What is new reaches the disk before it takes the old one's place.
func (k *Keeper) write(text []byte) error {
	if k.written != nil && bytes.Equal(text, k.written) {
		return nil
	}
	next := k.path + ".new"
	if err := writeSynced(next, text); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	if err := os.Rename(next, k.path); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	k.written = text
	return syncDir(filepath.Dir(k.path))
}

func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) { // not every file system can
		return fmt.Errorf("keep the state: %w", err)
	}
	return nil
}

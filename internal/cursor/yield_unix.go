//go:build unix

package cursor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// handoverTime is how long a run waits for another to end that was asked to:
// longer than that one takes to send what there is.
var handoverTime = 5 * time.Second // but for tests

// yieldPath is the pipe beside a cursor by which a run is asked to end. A
// signal would ask for more: the right to end another user's process.
func yieldPath(path string) string { return path + ".yield" }

// A Yield is the offer of a run to end as soon as another opens its cursor.
type Yield struct {
	path  string
	pipe  *os.File
	asked chan struct{}
}

// OfferYield makes the offer. It is for the run that has the cursor open.
func OfferYield(path string) (*Yield, error) {
	y := &Yield{path: yieldPath(path), asked: make(chan struct{})}
	if err := os.Remove(y.path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a run that was killed
		return nil, err
	}
	if err := syscall.Mkfifo(y.path, 0o600); err != nil {
		return nil, &fs.PathError{Op: "mkfifo", Path: y.path, Err: err}
	}
	// Open for both, reading never ends for lack of a writer.
	f, err := os.OpenFile(y.path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	y.pipe = f
	go func() {
		if n, _ := f.Read(make([]byte, 1)); n == 1 {
			close(y.asked)
		}
	}()
	return y, nil
}

// Asked is closed when another run has asked.
func (y *Yield) Asked() <-chan struct{} { return y.asked }

// Close takes the offer back.
func (y *Yield) Close() error { return errors.Join(os.Remove(y.path), y.pipe.Close()) }

// lock keeps other processes out until the file is closed, or the process
// ends. A run that has offered to yield is asked to, and waited for.
func lock(f *os.File) error {
	err := tryLock(f)
	if err == nil {
		return nil
	}
	if ask(f.Name()) != nil {
		return tryLock(f) // it may have ended just now
	}
	for end := time.Now().Add(handoverTime); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if err = tryLock(f); err == nil {
			return nil
		}
	}
	return fmt.Errorf("asked to yield, it has not ended within %v: %w", handoverTime, err)
}

func tryLock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// ask fails if there is nobody who would yield.
func ask(path string) error {
	w, err := os.OpenFile(yieldPath(path), os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	_, err = w.Write([]byte{1})
	return errors.Join(err, w.Close())
}

package kmsg

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"
)

// Backlog says where a Device begins.
type Backlog int

const (
	// All begins at the oldest record that the kernel still has.
	All Backlog = iota
	// New begins after the newest record there is at the time of opening.
	New
)

// deviceBuffer is the size of the longest record of any kernel
// (CONSOLE_EXT_LOG_MAX up to Linux 6.2; 2048 since). The kernel skips a record
// for which the buffer is too small.
const deviceBuffer = 8192

// maxSkips bounds how often in a row a read may fail with EPIPE or EINVAL, so
// that a device which answers nothing else cannot hold Next forever.
const maxSkips = 1000

// recordReader is /dev/kmsg as the operating system gives it.
type recordReader interface {
	// ReadRecord reads one record into p. With wait it returns only when
	// there is one, or with os.ErrDeadlineExceeded after Interrupt; without, it
	// returns syscall.EAGAIN when there is none. EPIPE means that records
	// were overwritten before they could be read and that reading goes on
	// with the oldest there is, EINVAL that p was too small for a record,
	// which is now skipped.
	ReadRecord(p []byte, wait bool) (int, error)
	// Interrupt ends a waiting ReadRecord and all later ones that would wait.
	Interrupt()
	Close() error
}

// Device reads the kernel's log from /dev/kmsg. The device shows every record
// to every reader whatever its level, so a gap in the sequence numbers is a
// loss: records that the kernel overwrote before they were read, or that it
// refused to deliver. The record after a gap says in Lost how many there were.
// The count is exact and begins with the first record read.
type Device struct {
	file     recordReader
	name     string
	buf      []byte
	held     int    // length of a record that is in buf already
	next     uint64 // the sequence number after the last one seen
	counting bool   // next is known
	draining atomic.Bool
}

var _ Source = (*Device)(nil)

// newDevice looks at the log at once, in order to have a sequence number from
// which losses can be counted. For the same reason New reads up to the end and
// does not seek there.
func newDevice(file recordReader, name string, b Backlog) (*Device, error) {
	d := &Device{file: file, name: name, buf: make([]byte, deviceBuffer)}
	for {
		n, err := d.read(false)
		switch {
		case err == syscall.EAGAIN:
			d.counting = true // an empty log begins with 0
			return d, nil
		case err != nil:
			return nil, d.wrap(err)
		case b == All:
			d.held = n
			return d, nil
		}
		_, _ = d.record(n) // only its number counts here
	}
}

// Next returns the next record and waits for it. After Drain it no longer waits
// and returns io.EOF when nothing is left.
func (d *Device) Next() (Record, error) {
	n, err := d.fetch(true)
	if err == syscall.EAGAIN {
		return Record{}, io.EOF
	}
	if err != nil {
		return Record{}, d.wrap(err)
	}
	return d.record(n)
}

// TryNext returns the next record, or false when the kernel has none now.
func (d *Device) TryNext() (Record, bool, error) {
	n, err := d.fetch(false)
	if err == syscall.EAGAIN {
		return Record{}, false, nil
	}
	if err != nil {
		return Record{}, false, d.wrap(err)
	}
	r, err := d.record(n)
	return r, err == nil, err
}

// Drain makes Next return what the kernel has now and then io.EOF, and wakes it
// if it is waiting. It may be called from any goroutine, and more than once.
func (d *Device) Drain() {
	d.draining.Store(true)
	d.file.Interrupt()
}

// Close closes the device; a waiting Next returns an error.
func (d *Device) Close() error { return d.file.Close() }

func (d *Device) fetch(wait bool) (int, error) {
	if n := d.held; n > 0 {
		d.held = 0
		return n, nil
	}
	return d.read(wait)
}

func (d *Device) read(wait bool) (int, error) {
	for skips := 0; ; {
		n, err := d.file.ReadRecord(d.buf, wait && !d.draining.Load())
		switch {
		case err == nil && n == 0:
			return 0, io.EOF
		case err == nil:
			return n, nil
		case (err == syscall.EPIPE || err == syscall.EINVAL) && skips < maxSkips:
			skips++ // the next record's number tells how many are missing
		case errors.Is(err, os.ErrDeadlineExceeded) && d.draining.Load():
		default:
			return 0, err
		}
	}
}

// record parses the record in buf and accounts for its number. A malformed one
// had a number too, which must not be counted as lost on top of its error.
func (d *Device) record(n int) (Record, error) {
	r, err := Parse(d.buf[:n])
	if err != nil {
		d.next++
		return Record{}, d.wrap(err)
	}
	if d.counting && r.Seq > d.next {
		r.Lost = r.Seq - d.next
	}
	d.next, d.counting = r.Seq+1, true
	return r, nil
}

func (d *Device) wrap(err error) error {
	if err == io.EOF {
		return err
	}
	return fmt.Errorf("read %s: %w", d.name, err)
}

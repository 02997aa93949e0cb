package wire

import (
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A frame that finds no room is tried again every retryStep until retryFor has passed, which is what netpoll does with
// a busy driver: 50 µs (USEC_PER_POLL) for one jiffy, here that of a kernel with HZ=250.
const (
	retryStep = 50 * time.Microsecond
	retryFor  = 4 * time.Millisecond
)

// mmsghdr is struct mmsghdr of sendmmsg(2).
type mmsghdr struct {
	hdr unix.Msghdr
	_   uint32 // bytes sent, which sendmmsg notes
}

// Send puts one frame, complete from the destination MAC address on, on the wire. It does not block: where device or
// socket has no room (ENOBUFS, EAGAIN) it tries again for 4 ms and then returns an error for which Full is true; at once
// if the frame before had no luck either and the device has no carrier. Other errors are those for which Down or Gone is
// true, EMSGSIZE for a frame longer than the device's MTU allows, EINVAL for one without a whole Ethernet header, and
// os.ErrClosed. The error is a *Error.
func (c *Conn) Send(f []byte) error {
	c.one = f
	for p := (patience{}); ; {
		if err := c.raw.Control(c.send); err != nil {
			return &Error{Op: opSend, Device: c.name, FrameLen: len(f), Err: os.ErrClosed}
		}
		if c.errno == 0 {
			c.hopeless = false
			return nil
		}
		if !p.again(c) {
			return c.refused(f)
		}
	}
}

const opSend = "send on"

// sendOne is the system call of Send. Like sendMany's it is a raw one, of which Go's scheduler is not told: it never
// waits, and the scheduler would look after it in vain (docs/performance.md).
func (c *Conn) sendOne(fd uintptr) {
	p := unsafe.Pointer(unsafe.SliceData(c.one))
	_, _, c.errno = unix.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(p), uintptr(len(c.one)), unix.MSG_DONTWAIT, 0, 0)
}

// SendBatch sends frames as Send does, up to BatchMax with one system call. It returns how many of them the kernel took,
// always the first ones; with an error, which then concerns fs[n], the caller may go on with fs[n+1:].
func (c *Conn) SendBatch(fs [][]byte) (n int, err error) {
	p := patience{}
	for n < len(fs) {
		c.load(fs[n:min(n+BatchMax, len(fs))])
		if err := c.raw.Control(c.batch); err != nil {
			return n, &Error{Op: opSend, Device: c.name, FrameLen: len(fs[n]), Err: os.ErrClosed}
		}
		switch {
		case c.errno == 0:
			// Fewer than asked for means that the next one was refused; asked for alone, it will say why.
			n += c.n
			p, c.hopeless = patience{}, false
		case !p.again(c):
			return n, c.refused(fs[n])
		}
	}
	return n, nil
}

// load points the message headers to the frames.
func (c *Conn) load(fs [][]byte) {
	for i, f := range fs {
		c.iovs[i].Base = unsafe.SliceData(f)
		c.iovs[i].SetLen(len(f))
	}
	c.n = len(fs)
}

// sendMany is the system call of SendBatch.
func (c *Conn) sendMany(fd uintptr) {
	var n uintptr
	n, _, c.errno = unix.RawSyscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&c.msgs)), uintptr(c.n), unix.MSG_DONTWAIT, 0, 0)
	c.n = int(n)
}

// refused describes the error of the last call, which concerned f.
func (c *Conn) refused(f []byte) error {
	e := &Error{Op: opSend, Device: c.name, FrameLen: len(f), Err: c.errno}
	switch {
	case c.errno == unix.EMSGSIZE:
		e.MTU, _ = c.MTU()
	case c.errno == unix.EINVAL && len(f) < headerLen:
		e.hint = "an Ethernet frame has 14 bytes or more"
	}
	return e
}

// patience is how long one frame has been refused.
type patience struct{ since time.Time }

// again reports whether to try again after the error of the last call. It may sleep.
func (p *patience) again(c *Conn) bool {
	switch {
	case !Full(c.errno) || c.hopeless && !c.running():
		return false
	case p.since.IsZero():
		p.since = time.Now()
	case time.Since(p.since) >= retryFor:
		c.hopeless = true
		return false
	}
	// time.Sleep may round up to a millisecond.
	step := unix.NsecToTimespec(retryStep.Nanoseconds())
	unix.Nanosleep(&step, nil)
	return true
}

//go:build unix

package kmsg

import (
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

// graceMillis is how long a writer may take between two parts of a record.
const graceMillis = 20

// quiet returns a function that waits for r to become readable and reports
// whether it did not within graceMillis, or nil if r has no descriptor. Files,
// and pipes that have been closed, are always readable.
func quiet(r io.Reader) func() bool {
	c, ok := r.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	var fds [1]unix.PollFd
	var silent bool
	poll := func(fd uintptr) {
		fds[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
		n, err := unix.Poll(fds[:], graceMillis)
		for err == unix.EINTR { // the runtime's own signals, among others
			n, err = unix.Poll(fds[:], graceMillis)
		}
		silent = n == 0 && err == nil
	}
	return func() bool { return raw.Control(poll) == nil && silent }
}

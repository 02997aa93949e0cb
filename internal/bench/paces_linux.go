package main

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// burst sends n datagrams and waits until they have been received.
func (l *listener) burst(n int) error {
	if err := l.flood.send(n); err != nil {
		return err
	}
	l.sent += n
	return l.received()
}

// rate is how many datagrams a second nobody should lose.
const rate = 100_000

// mayForce reports whether a receive buffer may be larger than sysctl net.core.rmem_max.
var mayForce = sync.OnceValue(func() bool {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, buffer) == nil
})

// queueful is how many datagrams of the longest kind fit the receive buffer, as the kernel counts them: one of 4 MiB,
// or what an ordinary user gets.
func queueful() int {
	if mayForce() {
		return 2500
	}
	return 100
}

// saturated sends n datagrams while the program is stopped, as many at a time as fit the receive buffer, and each time
// waits until it has received them.
func (l *listener) saturated(n int) error {
	for ; n > 0; n -= queueful() {
		if err := l.queue(min(n, queueful())); err != nil {
			return err
		}
	}
	return nil
}

func (l *listener) queue(n int) error {
	if err := l.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	err := l.flood.send(n)
	l.sent += n
	if err := errors.Join(err, l.cmd.Process.Signal(syscall.SIGCONT)); err != nil {
		return err
	}
	return l.received()
}

// errLost ends a measurement in which not everybody had the same to do.
var errLost = errors.New("not all was received")

// received waits until all that was sent has been received. A datagram lost is an error.
func (l *listener) received() error {
	now, err := l.settled()
	if err == nil && now.received != l.sent {
		err = fmt.Errorf("%w: %d datagrams were sent, %d received, %d lost", errLost, l.sent, now.received, now.lost)
	}
	return err
}

// settled waits until it is known of all that was sent what has become of it.
func (l *listener) settled() (counts, error) {
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		now, err := l.arrived()
		now.received -= l.before.received
		now.lost -= l.before.lost
		if err != nil || now.received+now.lost >= l.sent || time.Now().After(end) {
			return now, err
		}
	}
}

// evenly sends n datagrams at rate, each as soon as it is due.
func (l *listener) evenly(n int) (took time.Duration, err error) {
	start := time.Now()
	for sent := 0; sent < n; {
		due := min(n, int(time.Since(start)*rate/time.Second)) - sent
		if due == 0 {
			time.Sleep(20 * time.Microsecond)
			continue
		}
		if err := l.flood.send(due); err != nil {
			return 0, err
		}
		sent += due
		l.sent += due
	}
	return time.Since(start), nil
}

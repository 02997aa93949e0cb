package wire

import (
	"errors"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

// TestHopeless shows when a frame is not worth waiting for: each try is a closure's call, and those are counted.
func TestHopeless(t *testing.T) {
	p := frametest.NewPair(t)
	var c *Conn
	err := p.A.Do(func() (err error) { c, err = Open("eth0", Options{}); return err })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tries := 0
	c.send = func(fd uintptr) bool { tries++; return c.sendOne(fd) }
	send := func() (int, error) {
		tries = 0
		err := c.Send(make([]byte, 60))
		return tries, err
	}
	if n, err := send(); n != 1 || err != nil {
		t.Fatalf("up: %d tries, %v", n, err)
	}
	p.B.SetDown()
	if n, err := send(); n < 2 || !Full(err) || !c.hopeless {
		t.Fatalf("first without carrier: %d tries, %v", n, err)
	}
	for c.running() {
		unix.Nanosleep(&unix.Timespec{Nsec: 1e6}, nil)
	}
	for range 3 {
		if n, err := send(); n != 1 || !Full(err) {
			t.Fatalf("next without carrier: %d tries, %v", n, err)
		}
	}
	p.B.SetUp()
	if n, err := send(); n != 1 || err != nil || c.hopeless {
		t.Fatalf("up again: %d tries, %v", n, err)
	}
}

// TestNoMAC has the kernel answer as for an IP tunnel, which few may make.
func TestNoMAC(t *testing.T) {
	p := frametest.NewPair(t)
	var c *Conn
	err := p.A.Do(func() (err error) { c, err = Open("eth0", Options{}); return err })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tests := []struct {
		sll  unix.RawSockaddrLinklayer
		errs syscall.Errno
	}{
		{unix.RawSockaddrLinklayer{Hatype: unix.ARPHRD_NONE}, unix.EAFNOSUPPORT},
		{unix.RawSockaddrLinklayer{Hatype: unix.ARPHRD_INFINIBAND, Halen: 20}, unix.EAFNOSUPPORT},
		{unix.RawSockaddrLinklayer{Hatype: unix.ARPHRD_ETHER, Halen: 6}, 0},
		{unix.RawSockaddrLinklayer{}, unix.ENXIO},
	}
	for _, tt := range tests {
		c.addr = func(uintptr) { c.sll, c.errno = tt.sll, 0 }
		if _, err := c.MAC(); tt.errs == 0 && err != nil || tt.errs != 0 && !errors.Is(err, tt.errs) {
			t.Errorf("%+v: %v", tt.sll, err)
		}
	}
}

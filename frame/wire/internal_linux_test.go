package wire

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	c.send = func(fd uintptr) { tries++; c.sendOne(fd) }
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

// TestNotPolled looks for the socket in what the process's epoll descriptors watch.
func TestNotPolled(t *testing.T) {
	p := frametest.NewPair(t)
	var c *Conn
	err := p.A.Do(func() (err error) { c, err = Open("eth0", Options{}); return err })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var st unix.Stat_t
	if err := c.raw.Control(func(fd uintptr) { err = unix.Fstat(int(fd), &st) }); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	infos, err := filepath.Glob("/proc/self/fdinfo/*")
	if err != nil {
		t.Fatal(err)
	}
	pollers := 0
	for _, name := range infos {
		b, _ := os.ReadFile(name) // some are closed meanwhile
		if strings.Contains(string(b), "tfd:") {
			pollers++
		}
		if strings.Contains(string(b), fmt.Sprintf(" ino:%x ", st.Ino)) {
			t.Errorf("the runtime polls the socket, inode %x:\n%s", st.Ino, b)
		}
	}
	if pollers == 0 {
		t.Error("no poller found")
	}
}

// TestSocketFull has frames stay in the queueing discipline until the socket may own no more. The calls must not wait,
// the less so as Go's scheduler is not told of them.
func TestSocketFull(t *testing.T) {
	tc := frametest.RequireTool(t, "tc")
	p := frametest.NewPair(t)
	out, err := p.A.Command(tc, strings.Fields("qdisc add dev eth0 root tbf rate 8kbit burst 1600 limit 1000000")...).CombinedOutput()
	if err != nil {
		t.Fatalf("tc: %v: %s", err, out)
	}
	var c *Conn
	if err := p.A.Do(func() (err error) { c, err = Open("eth0", Options{Qdisc: true}); return err }); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_SNDBUF, 1) })
	if err != nil {
		t.Fatal(err)
	}
	f := make([]byte, 1400)
	for n := 0; err == nil && n < 10; n++ {
		err = c.Send(f)
	}
	if !errors.Is(err, unix.EAGAIN) || !Full(err) {
		t.Errorf("one by one: %v", err)
	}
	if n, err := c.SendBatch([][]byte{f, f}); n != 0 || !errors.Is(err, unix.EAGAIN) {
		t.Errorf("batch: %d sent, %v", n, err)
	}
}

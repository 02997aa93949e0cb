package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"syscall"
	"time"

	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
)

// address gives the peer's end of the cable the address of the receivers, and waits until it receives there.
func (c cable) address() error {
	return c.peer.Do(func() error {
		l, err := netdev.Lookup(device)
		if err != nil {
			return err
		}
		if err := build.AddAddress(l.Index, netip.PrefixFrom(receiverAddr, 64)); err != nil {
			return err
		}
		for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
			if ready, err := netdev.Local(receiverAddr); ready || err != nil {
				return err
			}
			if time.Now().After(end) {
				return fmt.Errorf("%s does not become an address of %s", receiverAddr, device)
			}
		}
	})
}

// arrived returns what became of datagrams at the peer so far.
func (c cable) arrived() (n counts, err error) {
	err = c.peer.Do(func() error {
		b, err := os.ReadFile("/proc/thread-self/net/snmp6")
		if err == nil {
			n, err = udp6(string(b))
		}
		return err
	})
	return n, err
}

// A listener is a program that receives at the peer.
type listener struct {
	cable
	cmd    *exec.Cmd
	flood  *flood
	before counts
	sent   int
	says   bytes.Buffer
	done   chan struct{} // closed when it has ended
	err    error         // with which it has
}

// patience is how long a program may take to start, or to receive a burst.
const patience = 20 * time.Second

// listen starts a program and waits until it has received one datagram.
func (c cable) listen(cmd *exec.Cmd, f *flood) (*listener, error) {
	l := &listener{cable: c, cmd: cmd, flood: f, done: make(chan struct{})}
	cmd.Stderr = &l.says
	if err := c.peer.Do(cmd.Start); err != nil {
		return nil, err
	}
	go func() { l.err = cmd.Wait(); close(l.done) }()
	if err := l.ready(); err != nil {
		return nil, l.kill(err)
	}
	return l, nil
}

func (l *listener) ready() error {
	for end := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		select {
		case <-l.done:
			return l.err
		default:
		}
		bound, err := l.bound()
		if err != nil {
			return err
		}
		if bound {
			break
		}
		if time.Now().After(end) {
			return errors.New("it does not listen")
		}
	}
	var err error
	if l.before, err = l.arrived(); err == nil {
		err = l.burst(1)
	}
	return err
}

// bound reports whether a program listens at the peer.
func (c cable) bound() (yes bool, err error) {
	err = c.peer.Do(func() error {
		b, err := os.ReadFile("/proc/thread-self/net/udp6")
		yes = bytes.Contains(b, fmt.Appendf(nil, ":%04X 0000", port))
		return err
	})
	return yes, err
}

// end ends the program and returns its CPU time, user and system.
func (l *listener) end() (time.Duration, error) {
	time.Sleep(5 * time.Millisecond) // what it received last it may have to write yet
	if err := l.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	<-l.done
	state := l.cmd.ProcessState
	ws := state.Sys().(syscall.WaitStatus)
	if l.err != nil && ws.Signal() != syscall.SIGTERM && ws.ExitStatus() != 128+int(syscall.SIGTERM) {
		return 0, fmt.Errorf("%w: %s", l.err, bytes.TrimSpace(l.says.Bytes()))
	}
	return state.UserTime() + state.SystemTime(), nil
}

// kill ends the program, whatever it does, and adds what it said to err.
func (l *listener) kill(err error) error {
	l.cmd.Process.Kill()
	<-l.done
	return fmt.Errorf("%w: %s", err, bytes.TrimSpace(l.says.Bytes()))
}

package frametest

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
	"netkmsg/internal/netdev/netns"
)

// An End is a network namespace and the device in it that is one end of a pair.
//
// Methods without an error result fail the test where they cannot do their work.
type End struct {
	tb    testing.TB
	ns    *netns.NS
	peer  *End
	want  Device
	index int
}

// Do runs fn inside the namespace, on the calling goroutine. What fn opens or starts belongs to the namespace for good
// (a socket may be used anywhere afterwards); goroutines that fn starts do not, so what opens sockets on goroutines of its
// own is to be tested as a process (see Command). Calls may be nested.
func (e *End) Do(fn func() error) error { return e.ns.Do(fn) }

// do is Do for what should work.
func (e *End) do(fn func() error) {
	e.tb.Helper()
	if err := e.ns.Do(fn); err != nil {
		e.tb.Fatal(err)
	}
}

// Name returns the device's name.
func (e *End) Name() string { return e.want.Name }

// MAC returns the device's MAC address.
func (e *End) MAC() frame.MAC { return e.want.MAC }

// Index returns the device's interface index in its namespace.
func (e *End) Index() int { return e.index }

// SetUp brings the device up, and if the other end is up too, waits until both have a carrier. IPv6 addresses of its
// Device, which the kernel takes from a device that goes down, are given to it again.
func (e *End) SetUp() {
	e.tb.Helper()
	e.do(func() error { return netdev.SetUp(e.index) })
	e.addAddrs()
	if e.peer.link().Up {
		e.waitCarrier()
		e.peer.waitCarrier()
	}
}

func (e *End) link() (l netdev.Link) {
	e.tb.Helper()
	e.do(func() (err error) { l, err = netdev.ByIndex(e.index); return err })
	return l
}

func (e *End) waitCarrier() {
	e.tb.Helper()
	ctx, cancel := context.WithTimeoutCause(context.Background(), patience, errors.New("no carrier"))
	defer cancel()
	e.do(func() error {
		_, err := netdev.Wait(ctx, func() (netdev.Link, error) { return netdev.ByIndex(e.index) },
			func(l netdev.Link) bool { return l.Carrier })
		return err
	})
}

// SetDown takes the device down administratively. The other end loses its carrier.
func (e *End) SetDown() {
	e.tb.Helper()
	e.do(func() error { return netdev.SetDown(e.index) })
}

// Delete removes the device, and with it the other end's. Pair.Connect makes new ones.
func (e *End) Delete() {
	e.tb.Helper()
	e.do(func() error { return build.Delete(e.index) })
}

// Rename gives the device another name.
func (e *End) Rename(name string) {
	e.tb.Helper()
	e.do(func() error { return build.Rename(e.index, name) })
	e.want.Name = name
}

// SetMAC gives the device another MAC address.
func (e *End) SetMAC(m frame.MAC) {
	e.tb.Helper()
	e.do(func() error { return build.SetMAC(e.index, m) })
	e.want.MAC = m
}

// SetMTU sets the device's MTU in bytes.
func (e *End) SetMTU(n int) {
	e.tb.Helper()
	e.do(func() error { return build.SetMTU(e.index, n) })
	e.want.MTU = n
}

// AddAddr gives the device an address with prefix length ("192.0.2.1/24"), usable as soon as the device is up. One
// that it has already is left alone.
func (e *End) AddAddr(s string) {
	e.tb.Helper()
	p := e.prefix(s)
	e.do(func() error {
		if err := build.AddAddress(e.index, p); err != nil && !errors.Is(err, syscall.EEXIST) {
			return err
		}
		return e.waitLocal(p.Addr())
	})
}

// waitLocal waits until the kernel receives for an address of a device that is up.
func (e *End) waitLocal(a netip.Addr) error {
	l, err := netdev.ByIndex(e.index)
	over := time.Now().Add(patience)
	for local := !l.Up; !local && err == nil; {
		if time.Now().After(over) {
			return fmt.Errorf("no local route to %s within %v", a, patience)
		}
		local, err = netdev.Local(a)
	}
	return err
}

// patience is how long the kernel may take for what it does at once.
const patience = 10 * time.Second

// DelAddr takes an address from the device.
func (e *End) DelAddr(s string) {
	e.tb.Helper()
	p := e.prefix(s)
	e.do(func() error { return build.DeleteAddress(e.index, p) })
}

// Enslave makes a bridge of that name in the namespace, up, and the device its port.
func (e *End) Enslave(bridge string) {
	e.tb.Helper()
	e.do(func() error {
		if err := build.AddBridge(bridge); err != nil {
			return err
		}
		l, err := netdev.Lookup(bridge)
		if err == nil {
			err = errors.Join(build.NoAutoAddress(l.Index), netdev.SetUp(l.Index), build.SetMaster(e.index, l.Index))
		}
		return err
	})
}

// SetQdisc replaces the device's queueing discipline by one without options: "blackhole" swallows all that goes
// through it.
func (e *End) SetQdisc(kind string) {
	e.tb.Helper()
	e.do(func() error { return build.SetQdisc(e.index, kind) })
}

// Sysctl sets a variable of the namespace, such as "net.ipv6.conf.eth0.disable_ipv6". It needs a writable /proc/sys,
// which containers may lack; then the test is skipped (see Require).
func (e *End) Sysctl(name, value string) {
	e.tb.Helper()
	err := e.ns.Do(func() error {
		return os.WriteFile(filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/")), []byte(value), 0)
	})
	Require(e.tb, !errors.Is(err, syscall.EROFS), "a writable /proc/sys")
	if err != nil {
		e.tb.Fatal(err)
	}
}

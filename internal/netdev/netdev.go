// Package netdev is what the host knows about its network devices: links, their addresses and their changes, as
// rtnetlink tells it.
//
// Every function works in the network namespace of the calling thread, over a netlink socket of its own; a caller
// that moves between namespaces locks its goroutine to its thread first. Errors say operation, object and cause, and
// satisfy errors.Is for os.ErrNotExist (no such device) and os.ErrPermission.
//
// It speaks rtnetlink itself: what it asks for is little, and a library that knows all of rtnetlink is a tenth of the
// rescue binary. What makes devices, for test harnesses and demonstrations, uses one: package build.
package netdev

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"netkmsg/frame"
)

// A Link is a network device as it was when it was asked for.
type Link struct {
	Index int
	Name  string
	// MAC is the current hardware address; zero if the device has none of six bytes.
	MAC frame.MAC
	// Up says that the device is administratively up (IFF_UP).
	Up bool
	// Carrier says that the device is up and has a carrier (IFF_LOWER_UP), for which netpoll waits after opening it, and
	// that the kernel has drawn the consequences (IFF_RUNNING): until then a qdisc swallows all it is given.
	Carrier bool
	// MTU is the largest payload of an Ethernet frame in bytes.
	MTU int
	// Master is the index of the bridge, bond or VRF that the device is a port of, or 0, and MasterName its name.
	Master     int
	MasterName string
	// Kind is the driver's rtnetlink kind ("veth", "bridge", …); empty for most hardware.
	Kind string
	// Ethernet says that the link type is Ethernet (ARPHRD_ETHER); lo is not.
	Ethernet bool
}

// linkError is a failed operation on a device.
type linkError struct {
	op, object string
	err        error
	hint       string
}

func (e *linkError) Error() string {
	s := e.op
	if e.object != "" {
		s += " " + e.object
	}
	s += ": " + e.err.Error()
	if e.hint != "" {
		s += " (" + e.hint + ")"
	}
	return s
}

func (e *linkError) Unwrap() error { return e.err }

// Is makes the two errors that the kernel gives for a missing device match os.ErrNotExist.
func (e *linkError) Is(target error) bool {
	return target == os.ErrNotExist && (errors.Is(e.err, syscall.ENODEV) || errors.Is(e.err, syscall.ENXIO))
}

// Describe makes an error of a failed operation on a device, or nil of nil. It names the remedy where there is one.
func Describe(op, object string, err error) error {
	if err == nil {
		return nil
	}
	e := &linkError{op: op, object: object, err: err}
	if errors.Is(err, syscall.EPERM) {
		e.hint = "needs CAP_NET_ADMIN: run as root"
	}
	return e
}

// Wait blocks until find returns a link for which match is true, and returns that link. It looks at once and then after
// every link change; nothing is polled and no change is missed. An error of find other than os.ErrNotExist ends the
// wait. When ctx ends first, Wait returns the link as last seen and an error that wraps ctx's.
func Wait(ctx context.Context, find func() (Link, error), match func(Link) bool) (Link, error) {
	watch, stop := context.WithCancel(ctx)
	changed, err := Watch(watch)
	if err != nil {
		stop()
		return Link{}, err
	}
	defer func() {
		stop()
		for range changed {
		}
	}()
	for {
		l, err := find()
		if err == nil && match(l) {
			return l, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return l, err
		}
		select {
		case _, ok := <-changed:
			if !ok && ctx.Err() == nil {
				return l, errors.New("wait for a link: the kernel's notifications ended")
			}
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return l, fmt.Errorf("wait for a link: %w", context.Cause(ctx))
		}
	}
}

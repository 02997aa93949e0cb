// Package netpoll does in user space what the kernel's netpoll_setup does for
// netconsole: it finds a device, brings it up, chooses the source address and
// opens the way out. Beyond the kernel it says what it does, works on devices
// that netpoll refuses, and gets over the loss of the device.
package netpoll

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/logline"
	"netkmsg/internal/netdev"
)

// Options say how to open a device.
type Options struct {
	CarrierTimeout time.Duration // for the carrier of a device that was down; netpoll's is 4 s
	Wait           bool          // for a device that does not exist yet, or that others must bring up
	Patience       time.Duration // with a device that loses its carrier; 0: as long as it takes
	Qdisc          bool          // go through the queueing discipline
	Strict         bool          // refuse what netpoll refuses, but for devices without support for polling
	Log            logline.Log
}

// loopback is the index of lo, the one device of another type that takes
// Ethernet frames (LOOPBACK_IFINDEX in include/net/flow.h).
const loopback = 1

// Open makes dev, a device's name or MAC address, ready to send to remote.
// local is the source address; if it is not valid, one is chosen as netpoll
// does (Port.Local tells which).
func Open(ctx context.Context, dev string, local, remote netip.Addr, o Options) (*Port, error) {
	l, local, err := Setup(ctx, dev, local, remote, o)
	if err != nil {
		return nil, err
	}
	p := &Port{dev: dev, local: local, o: o}
	return p, p.open(l)
}

// Setup does what netpoll_setup does to dev, and returns it with the source
// address. Errors are those of netpoll, in its order: ENODEV, EBUSY for a port
// of a master and EDESTADDRREQ if there is no source address; where Strict is
// not set, only if there is none of IPv4.
func Setup(ctx context.Context, dev string, local, remote netip.Addr, o Options) (netdev.Link, netip.Addr, error) {
	l, err := Find(dev)
	if errors.Is(err, os.ErrNotExist) && o.Wait {
		o.Log.Warn("waiting for the device to appear")
		l, err = netdev.Wait(ctx, func() (netdev.Link, error) { return Find(dev) }, func(netdev.Link) bool { return true })
		if err != nil {
			err = fmt.Errorf("open %s: %w", dev, err)
		}
	}
	if err != nil {
		return l, local, err
	}
	if !l.Ethernet && l.Index != loopback {
		return l, local, refusef(syscall.EOPNOTSUPP, "open %s: not an Ethernet device, frames for it have another form (name the device below or above it)", l.Name)
	}
	if l.Master != 0 && o.Strict {
		return l, local, refusef(syscall.EBUSY, "open %s: it is a port of %s (name that one)", l.Name, l.MasterName)
	}
	notices(l, o.Log)
	if l, err = bringUp(ctx, dev, l, o); err != nil {
		return l, local, err
	}
	if !local.IsValid() {
		local, err = source(l, remote, o)
	}
	return l, local, err
}

// Find looks a device up by its name, or by its MAC address if that is what
// dev is: no name that the kernel takes has a colon in it.
func Find(dev string) (netdev.Link, error) {
	if mac, err := frame.ParseMAC(dev); err == nil {
		return netdev.ByMAC(mac)
	}
	return netdev.Lookup(dev)
}

// notices says where the kernel's netpoll would have refused the device.
func notices(l netdev.Link, log logline.Log) {
	const msg = "the kernel's netconsole would refuse this device; sending all the same"
	if l.Master != 0 {
		log.Warn(msg, "why", "it is a port of "+l.MasterName)
	}
	if l.Kind == "veth" || l.Kind == "netkit" || l.Kind == "hsr" {
		log.Warn(msg, "why", l.Kind+" has no support for polling")
	}
}

// bringUp brings up a device that is down and waits for its carrier; one that
// is up is not waited for (netpoll_setup).
func bringUp(ctx context.Context, dev string, l netdev.Link, o Options) (netdev.Link, error) {
	if l.Up {
		if !l.Carrier {
			o.Log.Warn("the device has no carrier")
		}
		return l, nil
	}
	o.Log.Warn("the device is not up yet, forcing it")
	err := netdev.SetUp(l.Index)
	if errors.Is(err, os.ErrPermission) && o.Wait {
		o.Log.Warn("waiting for others to bring the device up", "why", err)
		l, err = netdev.Wait(ctx, func() (netdev.Link, error) { return Find(dev) }, func(l netdev.Link) bool { return l.Up })
		if err != nil {
			err = fmt.Errorf("open %s: %w", dev, err)
		}
	}
	if err != nil {
		return l, err
	}
	o.Log.Info("waiting for the carrier", "at_most", o.CarrierTimeout)
	limit, cancel := context.WithTimeout(ctx, o.CarrierTimeout)
	defer cancel()
	_, err = netdev.Wait(limit, func() (netdev.Link, error) { return netdev.ByIndex(l.Index) },
		func(l netdev.Link) bool { return l.Carrier })
	if err != nil && limit.Err() != nil && ctx.Err() == nil {
		o.Log.Warn("timeout waiting for the carrier, going on without")
		return l, nil
	}
	if err != nil {
		return l, fmt.Errorf("open %s: %w", l.Name, err)
	}
	return l, nil
}

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
	"time"

	"netkmsg/frame"
	"netkmsg/internal/logline"
	"netkmsg/internal/netdev"
)

// Options say how to open a device.
type Options struct {
	CarrierTimeout time.Duration // for the carrier of a device that was down; netpoll's is 4 s
	Wait           bool          // for a device that does not exist yet
	Patience       time.Duration // with a device that loses its carrier; 0: as long as it takes
	Qdisc          bool          // go through the queueing discipline
	Log            logline.Log
}

// loopback is the index of lo, the one device of another type that takes
// Ethernet frames (LOOPBACK_IFINDEX in include/net/flow.h).
const loopback = 1

// Open makes dev, a device's name or MAC address, ready to send to remote.
// local is the source address; if it is not valid, one is chosen as netpoll
// does (Port.Local tells which).
func Open(ctx context.Context, dev string, local, remote netip.Addr, o Options) (*Port, error) {
	l, err := find(dev)
	if errors.Is(err, os.ErrNotExist) && o.Wait {
		o.Log.Warn("waiting for the device to appear")
		l, err = netdev.Wait(ctx, func() (netdev.Link, error) { return find(dev) }, func(netdev.Link) bool { return true })
		if err != nil {
			err = fmt.Errorf("open %s: %w", dev, err)
		}
	}
	if err != nil {
		return nil, err
	}
	if !l.Ethernet && l.Index != loopback {
		return nil, fmt.Errorf("open %s: not an Ethernet device, frames for it have another form (name the device below or above it)", l.Name)
	}
	notices(l, o.Log)
	if err := bringUp(ctx, l, o); err != nil {
		return nil, err
	}
	if !local.IsValid() {
		if local, err = source(l, remote, o.Log); err != nil {
			return nil, err
		}
	}
	p := &Port{dev: dev, local: local, o: o}
	return p, p.open(l)
}

// find looks a device up by its name, or by its MAC address if that is what
// dev is: no name that the kernel takes has a colon in it.
func find(dev string) (netdev.Link, error) {
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
func bringUp(ctx context.Context, l netdev.Link, o Options) error {
	if l.Up {
		if !l.Carrier {
			o.Log.Warn("the device has no carrier")
		}
		return nil
	}
	o.Log.Warn("the device is not up yet, forcing it")
	if err := netdev.SetUp(l.Index); err != nil {
		return err
	}
	o.Log.Info("waiting for the carrier", "at_most", o.CarrierTimeout)
	limit, cancel := context.WithTimeout(ctx, o.CarrierTimeout)
	defer cancel()
	_, err := netdev.Wait(limit, func() (netdev.Link, error) { return netdev.ByIndex(l.Index) },
		func(l netdev.Link) bool { return l.Carrier })
	if err != nil && limit.Err() != nil && ctx.Err() == nil {
		o.Log.Warn("timeout waiting for the carrier, going on without")
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", l.Name, err)
	}
	return nil
}

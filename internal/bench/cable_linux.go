package main

import (
	"fmt"
	"os"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netdev/build"
	"netkmsg/internal/netdev/netns"
)

// device is the name of the source's end of the cable.
const device = "eth0"

var (
	sourceMAC = frame.MAC{2, 0, 0, 0, 0, 1}
	peerMAC   = frame.MAC{2, 0, 0, 0, 0, 2}
	// nobody is where the frames go: the peer's kernel drops them on sight, so that little but sending is measured.
	nobody = frame.MAC{2, 0, 0, 0, 0, 3}
)

// A cable is a veth pair between two namespaces without any address.
type cable struct{ source, peer *netns.NS }

func newCable() (c cable, err error) {
	if c.source, err = netns.New(); err != nil {
		return c, err
	}
	if c.peer, err = netns.New(); err != nil {
		return c, err
	}
	err = build.AddVeth(
		build.VethEnd{Name: device, MAC: sourceMAC, NetNS: c.source.FD()},
		build.VethEnd{Name: device, MAC: peerMAC, NetNS: c.peer.FD()})
	if err != nil {
		return c, err
	}
	if err := c.peer.Do(up); err != nil {
		return c, err
	}
	return c, c.source.Do(up)
}

func up() error {
	l, err := netdev.Lookup(device)
	if err != nil {
		return err
	}
	if err := build.NoAutoAddress(l.Index); err != nil {
		return err
	}
	return netdev.SetUp(l.Index)
}

// taken returns how many frames the source's device has taken so far.
func (c cable) taken() (n int, err error) {
	err = c.source.Do(func() error {
		b, err := os.ReadFile("/proc/thread-self/net/dev")
		if err != nil {
			return err
		}
		var ok bool
		if n, ok = transmitted(string(b), device); !ok {
			return fmt.Errorf("read the counters of %s: not in /proc/net/dev", device)
		}
		return nil
	})
	return n, err
}

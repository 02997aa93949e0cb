package netdev

import (
	"context"
	"errors"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Watch tells of link changes (devices that come, go, are renamed, change state or carrier) until ctx ends. A value on
// the channel means that something changed since the last one was taken: look again. Changes from the moment Watch
// returns are told, so a caller that looks after subscribing misses nothing. The channel is closed at the end.
func Watch(ctx context.Context) (<-chan struct{}, error) {
	const group = 1 << (unix.RTNLGRP_LINK - 1)
	c, err := netlink.Dial(unix.NETLINK_ROUTE, &netlink.Config{Groups: group})
	if err != nil {
		return nil, describe("watch links", "", plain(err))
	}
	changed := make(chan struct{}, 1)
	stop := context.AfterFunc(ctx, func() { c.Close() })
	go func() {
		defer close(changed)
		defer c.Close()
		defer stop()
		for {
			// ENOBUFS: more happened than the socket could hold, which is a change like any other.
			if _, err := c.Receive(); err != nil && !errors.Is(err, unix.ENOBUFS) {
				return
			}
			select {
			case changed <- struct{}{}:
			default:
			}
		}
	}()
	return changed, nil
}

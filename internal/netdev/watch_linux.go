package netdev

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"
)

// Watch tells of link changes (devices that come, go, are renamed, change state or carrier) until ctx ends. A value on
// the channel means that something changed since the last one was taken: look again. Changes from the moment Watch
// returns are told, so a caller that looks after subscribing misses nothing. The channel is closed at the end.
func Watch(ctx context.Context) (<-chan struct{}, error) {
	return watch(ctx, unix.RTNLGRP_LINK)
}

// WatchAll is Watch for changes of addresses too.
func WatchAll(ctx context.Context) (<-chan struct{}, error) {
	return watch(ctx, unix.RTNLGRP_LINK, unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV6_IFADDR)
}

func watch(ctx context.Context, groups ...uint) (<-chan struct{}, error) {
	var mask uint32
	for _, g := range groups {
		mask |= 1 << (g - 1)
	}
	c, err := subscribe(mask)
	if err != nil {
		return nil, Describe("watch links", "", err)
	}
	changed := make(chan struct{}, 1)
	stop := context.AfterFunc(ctx, func() { c.Close() })
	go func() {
		told := make([]byte, 1) // it is not looked at
		defer close(changed)
		defer c.Close()
		defer stop()
		for {
			// ENOBUFS: more happened than the socket could hold, which is a change like any other.
			if _, err := c.Read(told); err != nil && !errors.Is(err, unix.ENOBUFS) {
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

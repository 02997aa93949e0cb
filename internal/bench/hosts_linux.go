package main

import (
	"fmt"
	"os"
	"time"
)

const (
	manyHosts = 4000
	fromEach  = 10 // datagrams, with which a host is no newcomer any more
)

// memory returns how many bytes of memory a receiver needs for a host of which it has heard, by what its process
// grows with many of them. One host has sent as much before.
func (c cable) memory(r receiver, dir string) (each int, err error) {
	err = c.with(r, dir, extendedTraffic, 1, func(l *listener) error {
		if err := l.saturated(manyHosts * fromEach); err != nil {
			return err
		}
		before, err := l.resident()
		if err != nil {
			return err
		}
		many, err := c.newFlood(extendedTraffic, manyHosts)
		if err != nil {
			return err
		}
		defer many.conn.Close()
		l.flood = many
		if err := l.saturated(manyHosts * fromEach); err != nil {
			return err
		}
		after, err := l.resident()
		if err != nil {
			return err
		}
		each = (after - before) / manyHosts
		_, err = l.end()
		return err
	})
	return each, err
}

// resident returns how much memory the program has when it has nothing to do.
func (l *listener) resident() (int, error) {
	time.Sleep(300 * time.Millisecond)
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return resident(string(b))
}

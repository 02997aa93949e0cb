package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// receive measures what receiving n datagrams costs each of rs.
func (c cable) receive(rs []receiver, dir string, t traffic, hosts, rounds, n int) ([]row, error) {
	var names []string
	for _, r := range rs {
		names = append(names, r.name)
	}
	return takeTurns(names, rounds, func(i int) (float64, error) {
		return cost(n, func(n int) (time.Duration, error) { return c.lossless(rs[i], dir, t, hosts, n) })
	})
}

// lossless is receiving, repeated a few times if something is lost because the machine has too much else to do.
func (c cable) lossless(r receiver, dir string, t traffic, hosts, n int) (spent time.Duration, err error) {
	for range 3 {
		spent, err = c.receiving(r, dir, t, hosts, n)
		if !errors.Is(err, errLost) {
			break
		}
		fmt.Printf("%s: %v; once more\n", r.name, errLost)
	}
	return spent, err
}

// receiving has a program receive n datagrams, which are there already when it looks, and returns its CPU time.
func (c cable) receiving(r receiver, dir string, t traffic, hosts, n int) (spent time.Duration, err error) {
	err = c.with(r, dir, t, hosts, func(l *listener) error {
		if err := l.saturated(n - 1); err != nil {
			return err
		}
		if spent, err = l.end(); err != nil {
			return err
		}
		shed, err := r.account(l, counts{received: n})
		if shed > 0 {
			err = fmt.Errorf("%w: %d records were shed", errLost, shed)
		}
		return err
	})
	return spent, err
}

// with starts a program that has received one datagram when do is called. do ends it.
func (c cable) with(r receiver, dir string, t traffic, hosts int, do func(*listener) error) error {
	f, err := c.newFlood(t, hosts)
	if err != nil {
		return err
	}
	defer f.conn.Close()
	path := filepath.Join(dir, "received")
	defer os.Remove(path)
	cmd := r.command(path)
	if r.stdout {
		out, err := os.Create(path)
		if err != nil {
			return err
		}
		defer out.Close()
		cmd.Stdout = out
	}
	l, err := c.listen(cmd, f)
	if err != nil {
		return err
	}
	if err := do(l); err != nil {
		return l.kill(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return fmt.Errorf("nothing was written: %w", err)
	}
	return nil
}

func measureReceiving(c cable, dir string, s sizes) error {
	if err := c.address(); err != nil {
		return err
	}
	all, absent := receivers(dir)
	leftOut(absent)
	for _, t := range []traffic{basicTraffic, extendedTraffic, fragmentedTraffic} {
		for _, hosts := range []int{1, 1000} {
			rows, err := c.receive(all, dir, t, hosts, s.rounds, s.frames/2)
			if err != nil {
				return err
			}
			if err := table(os.Stdout, fmt.Sprintf("CPU ns to receive a datagram, %s, hosts sending: %d", t.name, hosts), rows); err != nil {
				return err
			}
		}
	}
	if err := c.measureSteady(all, dir, s.seconds); err != nil {
		return err
	}
	var each series
	for range s.rounds {
		n, err := c.memory(listening("text"), dir)
		if err != nil {
			return err
		}
		each = append(each, float64(n))
	}
	_, err := fmt.Printf("\nnetkmsg listen: %.0f bytes of memory for each of %d idle hosts (%.0f to %.0f)\n",
		each.median(), manyHosts, slices.Min(each), slices.Max(each))
	return err
}

func (c cable) measureSteady(rs []receiver, dir string, seconds int) error {
	var names []string
	var ss []steadiness
	for _, r := range rs {
		s, err := c.steady(r, dir, rate*seconds)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		names, ss = append(names, r.name), append(ss, s)
	}
	return steadyTable(os.Stdout, names, ss)
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// A contender is a way to do a piece of work n times.
type contender struct {
	name    string
	command func(f []byte, n int) *exec.Cmd
	frames  bool // the work is to send the frame f
	most    int  // bounds how often a slow one does it; 0: as often as all
	hasty   bool // it sends less when it is held up, and is then asked again
}

// race measures what each contender costs.
func (c cable) race(cs []contender, f []byte, rounds, n int) ([]row, error) {
	var names []string
	for _, k := range cs {
		names = append(names, k.name)
	}
	return takeTurns(names, rounds, func(i int) (float64, error) {
		n := n
		if most := cs[i].most; most > 0 {
			n = min(n, most)
		}
		return cost(n, func(n int) (time.Duration, error) { return c.spentWhole(cs[i], f, n) })
	})
}

// errCount ends a run in which the device was not given what it should have been.
var errCount = errors.New("the device was not given all frames")

// spentWhole is spent, of a hasty contender's first run that is whole.
func (c cable) spentWhole(k contender, f []byte, n int) (took time.Duration, err error) {
	for range 20 {
		if took, err = c.spent(k, f, n); !k.hasty || !errors.Is(err, errCount) {
			break
		}
	}
	return took, err
}

// takeTurns gives every contender its turn in every round, in an order that moves on, so that whatever else the
// machine does meets all of them alike.
func takeTurns(names []string, rounds int, cost func(i int) (float64, error)) ([]row, error) {
	rows := make([]row, len(names))
	for r := range rounds {
		for k := range names {
			i := (r + k) % len(names)
			v, err := cost(i)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", names[i], err)
			}
			rows[i].name = names[i]
			rows[i].cost = append(rows[i].cost, v)
		}
	}
	return rows, nil
}

// cost returns the CPU nanoseconds of one piece of work. What a run costs that does it just once, which is mostly the
// program's start, is left out.
func cost(n int, spent func(n int) (time.Duration, error)) (float64, error) {
	start, err := spent(1)
	if err != nil {
		return 0, err
	}
	all, err := spent(n)
	return float64(all-start) / float64(n-1), err
}

// spent runs a contender and returns its CPU time, user and system, as wait4(2) tells it.
func (c cable) spent(k contender, f []byte, n int) (time.Duration, error) {
	before, err := c.taken()
	if err != nil {
		return 0, err
	}
	cmd := k.command(f, n)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := c.source.Do(cmd.Start); err != nil {
		return 0, err
	}
	if err := cmd.Wait(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, bytes.TrimSpace(out.Bytes()))
	}
	after, err := c.taken()
	if err == nil && k.frames && after-before != n {
		err = fmt.Errorf("%w: %d were to be sent, it has taken %d", errCount, n, after-before)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err
}

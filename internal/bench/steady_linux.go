package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// A steadiness is what became of datagrams that came evenly.
type steadiness struct {
	sent, lost int
	shed       int // received, but an output had no room
	took       time.Duration
	cpu        time.Duration // beyond the program's start
}

// steady sends datagrams of 1000 hosts at rate, evenly.
func (c cable) steady(r receiver, dir string, n int) (s steadiness, err error) {
	start, err := c.receiving(r, dir, extendedTraffic, 1000, 1)
	if err != nil {
		return s, err
	}
	err = c.with(r, dir, extendedTraffic, 1000, func(l *listener) error {
		if s.took, err = l.evenly(n - 1); err != nil {
			return err
		}
		now, err := l.settled()
		if err != nil {
			return err
		}
		s.sent, s.lost = l.sent, l.sent-now.received
		s.cpu, err = l.end()
		s.cpu -= start
		if err == nil {
			s.shed, err = r.account(l, now)
		}
		return err
	})
	return s, err
}

// account asks a receiver that keeps an account whether that is right, and how much it received in vain.
func (r receiver) account(l *listener, c counts) (shed int, err error) {
	if !r.accounts {
		return 0, nil
	}
	log := l.says.String()
	datagrams, err := logged(log, "datagrams")
	overflow, err2 := logged(log, "overflow")
	shed, err3 := logged(log, "shed")
	if err := errors.Join(err, err2, err3); err != nil {
		return 0, err
	}
	if datagrams != c.received || overflow != c.lost {
		return 0, fmt.Errorf("%d datagrams and %d lost, the kernel says: %+v", datagrams, overflow, c)
	}
	return shed, nil
}

// steadyTable writes what became of the datagrams.
func steadyTable(w io.Writer, names []string, ss []steadiness) error {
	fmt.Fprintf(w, "\n%d extended datagrams a second, evenly, hosts sending: 1000\n", rate)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "a second\tsent\tlost\tshed\tCPU ns each\t")
	for i, s := range ss {
		fmt.Fprintf(t, "%.0f\t%d\t%d\t%d\t%d\t  %s\n",
			float64(s.sent)/s.took.Seconds(), s.sent, s.lost, s.shed, s.cpu.Nanoseconds()/int64(s.sent), names[i])
	}
	return t.Flush()
}

package main

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"netkmsg/frame/wire"
)

// evenness sends 1000 frames a second and reports the gaps between them as the
// other end's kernel saw them arrive.
func (c cable) evenness(seconds int) error {
	const rate = 1000
	var r *wire.Receiver
	err := c.peer.Do(func() (err error) {
		r, err = wire.Listen(device, []uint16{6666})
		return err
	})
	if err != nil {
		return err
	}
	defer r.Close()
	cmd := self("paced", strconv.Itoa(rate), seconds)
	if err := c.source.Do(cmd.Start); err != nil {
		return err
	}
	want := rate * seconds
	var times []time.Time
	for end := time.Now().Add(time.Duration(seconds)*time.Second + 5*time.Second); len(times) < want; {
		if err := r.Read(end, func(at time.Time, _ []byte, _ bool) { times = append(times, at) }); err != nil {
			return err
		}
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	g := gaps(times)
	at := func(q float64) time.Duration { return g[int(q*float64(len(g)-1))] }
	fmt.Printf("\nGaps at 1000/s: %d frames sent, %d arrived; ideal 1ms; least %v, 1 in 100 below %v, median %v, 1 in 100 above %v, 1 in 1000 above %v, most %v\n",
		want, len(times), at(0), at(0.01), at(0.5), at(0.99), at(0.999), at(1))
	return nil
}

// gaps returns the time between neighbours, sorted.
func gaps(times []time.Time) []time.Duration {
	var g []time.Duration
	for i := 1; i < len(times); i++ {
		g = append(g, times[i].Sub(times[i-1]))
	}
	slices.Sort(g)
	return g
}

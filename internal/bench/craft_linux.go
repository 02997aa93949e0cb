package main

import (
	"context"
	"fmt"
	"strconv"

	"netkmsg/frame/pcap"
	"netkmsg/frame/wire"
	"netkmsg/internal/craft"
	"netkmsg/internal/replay"
	"netkmsg/internal/transmit"
)

// crafted returns a task that sends n frames of a size from a recipe.
func crafted(fields ...[2]string) func(size string, n int) error {
	return func(size string, n int) error {
		return runSequence(recipe(size, fields), n, transmit.Rate{})
	}
}

// recipe returns the sequence of frames of a size with some fields set.
func recipe(size string, fields [][2]string) func() (transmit.Sequence, error) {
	return func() (transmit.Sequence, error) {
		total, err := strconv.Atoi(size)
		if err != nil {
			return nil, err
		}
		r := craft.Default()
		fields := append([][2]string{
			{"src-mac", sourceMAC.String()}, {"dst-mac", nobody.String()}, {"src-ip", "fe80::1"}, {"dst-ip", "fe80::3"},
			{"payload-size", strconv.Itoa(total - 62)}, {"count", "0"},
		}, fields...)
		for _, f := range fields {
			if err := r.Set(f[0], f[1]); err != nil {
				return nil, err
			}
		}
		return r.Sequence(craft.Host{})
	}
}

// paced sends as many frames as rate a second makes in n seconds.
func paced(rate string, n int) error {
	r, err := transmit.ParseRate(rate + "/s")
	if err != nil {
		return err
	}
	return runSequence(recipe("182", nil), n*int(r.Frames), r)
}

// replayed sends a capture over and over, n frames in all.
func replayed(path string, n int) error {
	return runSequence(func() (transmit.Sequence, error) {
		r, err := pcap.Open(path)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return replay.Load(path, r, replay.Options{})
	}, n, transmit.Rate{})
}

func runSequence(load func() (transmit.Sequence, error), n int, rate transmit.Rate) error {
	s, err := load()
	if err != nil {
		return err
	}
	c, err := transmit.Run(context.Background(), s, transmit.Options{Count: uint64(n), Rate: rate,
		Open: func() (transmit.Port, error) { return wire.Open(device, wire.Options{}) }})
	if err == nil && c.Accepted != uint64(n) {
		err = fmt.Errorf("%d of %d frames sent: %v", c.Accepted, n, c.Refused)
	}
	return err
}

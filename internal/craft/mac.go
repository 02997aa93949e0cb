package craft

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"netkmsg/frame"
)

// MACs are the values of a MAC address.
type MACs struct {
	kind kind
	word string // own, multicast, auto, or empty: mac counts
	mac  frame.MAC
	n    uint64 // values of a sweep
	step uint64
}

const macGrammar = "a MAC address, own, broadcast, multicast or random, and +STEP behind it or +STEP/COUNT"

// ParseMACs reads an address or keyword, with +STEP behind it for one that goes
// on by STEP with every frame, or +STEP/COUNT for a sweep of COUNT addresses.
// +STEP alone begins with the device's own.
func ParseMACs(s string) (MACs, error) {
	base, step, moves := strings.Cut(s, "+")
	m := MACs{}
	switch base {
	case "", "own":
		m.word = "own"
	case "broadcast":
		m.mac = frame.Broadcast
	case "multicast", "auto":
		m.word = base
	case "random":
		m.kind = chance
	default:
		a, err := frame.ParseMAC(base)
		if err != nil {
			return MACs{}, fmt.Errorf("%q: want %s", s, macGrammar)
		}
		m.mac = a
	}
	if s == "" || moves && (m.kind == chance || m.word != "own" && m.word != "") {
		return MACs{}, fmt.Errorf("%q: want %s", s, macGrammar)
	}
	if !moves {
		return m, nil
	}
	step, count, swept := strings.Cut(step, "/")
	var err error
	if m.step, err = positive(step); err != nil {
		return MACs{}, fmt.Errorf("%q: STEP: %w", s, err)
	}
	m.kind = walk
	if swept {
		m.kind = sweep
		if m.n, err = positive(count); err != nil {
			return MACs{}, fmt.Errorf("%q: COUNT: %w", s, err)
		}
	}
	return m, nil
}

func positive(s string) (uint64, error) {
	v, err := strconv.ParseUint(s, 0, 48)
	if err != nil || v == 0 {
		return 0, errors.New("want a number from 1 to 2^48-1")
	}
	return v, nil
}

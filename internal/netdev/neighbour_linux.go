package netdev

import (
	"golang.org/x/sys/unix"

	"netkmsg/frame"
)

// Neighbours returns the neighbour table of one device and family, unix.AF_INET or unix.AF_INET6.
func Neighbours(index, family int) ([]Neighbour, error) {
	all, err := list(unix.RTM_GETNEIGH, header(family, unix.SizeofNdMsg))
	if err != nil {
		return nil, Describe("list neighbours of", Label(index), err)
	}
	var ns []Neighbour
	for _, b := range all {
		of, n, err := parseNeighbour(b)
		if err != nil {
			return nil, Describe("list neighbours of", Label(index), err)
		}
		if of == index {
			ns = append(ns, n)
		}
	}
	return ns, nil
}

// parseNeighbour reads a struct ndmsg and its attributes: an entry, and the index of its device.
func parseNeighbour(b []byte) (index int, n Neighbour, err error) {
	if len(b) < unix.SizeofNdMsg {
		return 0, n, errMalformed
	}
	index = int(order.Uint32(b[4:]))
	n.State = neighbourState(order.Uint16(b[8:]))
	err = attributes(b[unix.SizeofNdMsg:], func(typ uint16, v []byte) (err error) {
		switch typ {
		case unix.NDA_DST:
			n.Addr, err = address(v)
		case unix.NDA_LLADDR:
			if len(v) == len(n.MAC) {
				n.MAC = frame.MAC(v)
			}
		}
		return err
	})
	return index, n, err
}

func neighbourState(s uint16) string {
	for _, n := range []struct {
		bit  uint16
		name string
	}{
		{unix.NUD_PERMANENT, "permanent"}, {unix.NUD_REACHABLE, "reachable"}, {unix.NUD_STALE, "stale"},
		{unix.NUD_DELAY, "delay"}, {unix.NUD_PROBE, "probe"}, {unix.NUD_NOARP, "noarp"},
		{unix.NUD_INCOMPLETE, "incomplete"}, {unix.NUD_FAILED, "failed"},
	} {
		if s&n.bit != 0 {
			return n.name
		}
	}
	return "none"
}

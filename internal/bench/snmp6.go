package main

import (
	"errors"
	"strconv"
	"strings"
)

// counts is what a namespace's sockets of UDP over IPv6 did with datagrams.
type counts struct {
	received int // were handed to programs
	lost     int // found a receive buffer full, or no socket at all
}

// udp6 finds the counts in the text of /proc/net/snmp6. The kernel counts a datagram as received when a program takes
// it, not when it arrives.
func udp6(text string) (c counts, err error) {
	found := 0
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		to := &c.received
		switch name {
		case "Udp6InDatagrams":
		case "Udp6NoPorts", "Udp6InErrors":
			to = &c.lost
		default:
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil {
			return c, err
		}
		*to += n
		found++
	}
	if found != 3 {
		return c, errors.New("the counters of UDP are not in /proc/net/snmp6")
	}
	return c, nil
}

package expect

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"netkmsg/frame/match"
)

// socketFields are what a socket tells of a datagram.
var socketFields = []string{"src-ip", "dst-ip", "traffic-class", "tos", "dscp", "ecn", "hop-limit", "ttl",
	"sport", "dport", "payload", "payload-hex", "payload-contains", "payload-size"}

// ErrNotForSocket is in errors of what cannot be asked of a socket.
var ErrNotForSocket = errors.New("not for a socket")

type socketError struct{ error }

func (socketError) Is(err error) bool { return err == ErrNotForSocket }

// Socket receives datagrams to the port that the match names as the host's
// programs do: by a socket, behind the firewall, routing and checksum tests of
// the kernel. A device limits it to what arrives there; a multicast group that
// the match names as destination is joined on it.
func Socket(m match.Match, dev string) (Source, error) {
	port, group := uint64(0), netip.Addr{}
	for _, c := range m {
		if !slices.Contains(socketFields, c.Name) {
			return nil, socketError{fmt.Errorf("--%s: a socket (--socket) does not tell this of a datagram", c.Name)}
		}
		switch c.Name {
		case "dport":
			port, _ = strconv.ParseUint(c.Want, 0, 16)
		case "dst-ip":
			if a, err := netip.ParseAddr(c.Want); err == nil && a.IsMulticast() {
				group = a
			}
		}
	}
	switch {
	case port == 0:
		return nil, socketError{errors.New("--socket wants one port to receive at (--dport PORT)")}
	case group.IsValid() && dev == "":
		return nil, socketError{fmt.Errorf("--dst-ip %s with --socket: name the device to join the group on (-i DEV)", group)}
	}
	return listenSocket(uint16(port), dev, group)
}

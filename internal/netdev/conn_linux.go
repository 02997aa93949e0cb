package netdev

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// execute sends one rtnetlink request and returns the answers. A device list that changed under the kernel's hands is
// asked for again.
func execute(typ, flags uint16, data []byte) ([]message, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	const tries = 4
	// The acknowledgement ends every answer, so that none is waited for that does not come.
	m := message{typ: typ, flags: unix.NLM_F_REQUEST | unix.NLM_F_ACK | flags, data: data}
	for m.seq = 1; ; m.seq++ {
		if err := unix.Sendto(fd, m.bytes(), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
			return nil, err
		}
		a := answer{seq: m.seq}
		for !a.done {
			b, err := receive(fd)
			if err != nil {
				return nil, err
			}
			if err := a.add(b); err != nil {
				return nil, err
			}
		}
		if !a.interrupted || m.seq == tries {
			return a.messages, nil
		}
	}
}

// list asks for all that the kernel has of a kind and returns what it tells of those that the header's family is for.
// (A kernel without IPv6, asked for its addresses, lists all others.)
func list(typ uint16, header []byte) ([][]byte, error) {
	answers, err := execute(typ, unix.NLM_F_DUMP, header)
	var all [][]byte
	for _, m := range answers {
		const toNew = unix.RTM_GETLINK - unix.RTM_NEWLINK // the same for every kind
		if m.typ == typ-toNew && len(m.data) > 0 && m.data[0] == header[0] {
			all = append(all, m.data)
		}
	}
	return all, err
}

// header is one of n bytes with nothing but a family.
func header(family, n int) []byte {
	b := make([]byte, n)
	b[0] = byte(family)
	return b
}

// receive returns one datagram, however long it is.
func receive(fd int) ([]byte, error) {
	b := make([]byte, 32<<10) // what the kernel fills at most when it lists things
	for flags := unix.MSG_PEEK | unix.MSG_TRUNC; ; flags = 0 {
		n, _, err := unix.Recvfrom(fd, b, flags)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return nil, err
		case flags == 0:
			return b[:n], nil
		case n > len(b):
			b = make([]byte, n)
		}
	}
}

// An answer is what came of a request so far.
type answer struct {
	seq         uint32
	messages    []message
	done        bool
	interrupted bool // the list changed while the kernel wrote it
}

// add takes one datagram. The error is the kernel's word on the request.
func (a *answer) add(b []byte) error {
	for len(b) > 0 && !a.done {
		m, rest, err := nextMessage(b)
		if err != nil {
			return err
		}
		b = rest
		if m.seq != a.seq {
			continue
		}
		a.interrupted = a.interrupted || m.flags&unix.NLM_F_DUMP_INTR != 0
		switch m.typ {
		case unix.NLMSG_NOOP:
		case unix.NLMSG_ERROR, unix.NLMSG_DONE:
			a.done = true
			if err := m.errno(); err != nil {
				return err
			}
		default:
			a.messages = append(a.messages, m)
		}
	}
	return nil
}

// change sends a request that alters something. It describes a failure.
func change(op, object string, typ uint16, data []byte) error {
	_, err := execute(typ, 0, data)
	return Describe(op, object, err)
}

// subscribe opens a socket on which the kernel tells of changes in groups, a mask.
func subscribe(groups uint32) (*os.File, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("bind: %w", err)
	}
	return os.NewFile(uintptr(fd), "rtnetlink"), nil
}

package collect

import (
	"net/netip"
	"time"
)

// minBuffer is the receive buffer that is asked for at least, bytes.
const minBuffer = 4 << 20

// SocketOptions say how to open a Socket.
type SocketOptions struct {
	Buffer    int    // receive buffer in bytes; at least 4 MiB are asked for
	Interface string // receive on this device only, and join multicast groups there
	Shared    bool   // several sockets share the address, each with its share of the sources
	Spare     bool   // another socket that shares the address takes what is sent to groups
}

// Datagram is what arrived. Its payload is valid until the next is read.
type Datagram struct {
	At        time.Time // when the kernel had it
	From, To  netip.AddrPort
	Payload   []byte
	Truncated bool
	Lost      uint32 // datagrams that the kernel had no room for since the last one
}

// source is where datagrams come from.
type source interface {
	// read waits for datagrams and hands over those that there are, at most a
	// batch. At the deadline its error is os.ErrDeadlineExceeded.
	read(deadline time.Time, each func(Datagram)) error

	// overflow returns how many datagrams found no room and have not been
	// told of.
	overflow() uint64

	addr() netip.AddrPort
	buffer() (int, error)
	Close() error
}

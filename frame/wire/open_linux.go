package wire

import (
	"errors"
	"net"
	"os"
	"syscall"

	"github.com/mdlayher/packet"
	"golang.org/x/sys/unix"
)

// A Conn sends frames on one device. Its methods must not be called at the same time, Close excepted.
type Conn struct {
	name  string
	index int
	sock  *os.File
	raw   syscall.RawConn

	// hopeless says that the last frame waited in vain for room. If there is no carrier either, the next need not wait.
	hopeless bool

	// What the closure of a system call needs and what it found, kept here so that a call allocates nothing.
	send  func(fd uintptr)
	batch func(fd uintptr)
	addr  func(fd uintptr)
	errno syscall.Errno
	one   []byte
	n     int // frames in msgs; after the call those of them that were accepted
	sll   unix.RawSockaddrLinklayer
	msgs  [BatchMax]mmsghdr
	iovs  [BatchMax]unix.Iovec
}

const opOpen = "open packet socket on"

// Open opens a device for sending, in the network namespace of the calling thread. dev is a name, of which alternative
// ones count too, or the MAC address of an Ethernet device as hh:hh:hh:hh:hh:hh; of several devices with that address
// it is the first in the kernel's order. The device may be down. It needs CAP_NET_RAW.
func Open(dev string, o Options) (*Conn, error) {
	index, name, err := find(dev)
	if err != nil {
		return nil, err
	}
	sock, err := socket(index)
	if err != nil {
		return nil, &Error{Op: opOpen, Device: name, Err: cause(err)}
	}
	c := &Conn{name: name, index: index, sock: sock}
	if err := c.set(o); err != nil {
		sock.Close()
		return nil, &Error{Op: opOpen, Device: name, Err: cause(err)}
	}
	return c, nil
}

// socket opens a packet socket that the runtime's poller does not watch. Nothing here ever waits for the socket, but the
// kernel would tell the poller of every frame that has left, at a tenth of what sending one costs (docs/performance.md).
// Close takes the descriptor that packet opened out of the poller; its duplicate stays out, as os.NewFile finds it in
// blocking mode.
func socket(index int) (*os.File, error) {
	// Protocol 0: nothing is ever received, so nothing queues up.
	pc, err := packet.Listen(&net.Interface{Index: index}, packet.Raw, 0, nil)
	if err != nil {
		return nil, err
	}
	defer pc.Close()
	raw, err := pc.SyscallConn()
	if err != nil {
		return nil, err
	}
	var fd int
	var dup error
	err = raw.Control(func(old uintptr) { fd, dup = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0) })
	if err := errors.Join(err, dup); err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, false); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "packet socket"), nil
}

func (c *Conn) set(o Options) error {
	raw, err := c.sock.SyscallConn()
	if err != nil {
		return err
	}
	c.raw = raw
	c.send, c.batch, c.addr = c.sendOne, c.sendMany, c.sockname
	for i := range c.msgs {
		c.msgs[i].hdr.Iov = &c.iovs[i]
		c.msgs[i].hdr.SetIovlen(1)
	}
	if o.Qdisc {
		return nil
	}
	var set error
	err = raw.Control(func(fd uintptr) {
		set = unix.SetsockoptInt(int(fd), unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1)
	})
	return errors.Join(err, set)
}

// cause takes the errno out of what packages wrap around it, whose words repeat ours.
func cause(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}

// Name returns the name that the device had when it was opened.
func (c *Conn) Name() string { return c.name }

// Index returns the device's interface index.
func (c *Conn) Index() int { return c.index }

// Close closes the socket.
func (c *Conn) Close() error { return c.sock.Close() }

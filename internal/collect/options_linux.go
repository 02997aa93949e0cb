package collect

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// before sets what must be set before the socket has its address.
func (o SocketOptions) before(fd int) error {
	if o.Shared {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
			return fmt.Errorf("share the address: %w", err)
		}
	}
	if o.Interface != "" {
		if err := unix.BindToDevice(fd, o.Interface); err != nil {
			return fmt.Errorf("bind to %s: %w", o.Interface, err)
		}
	}
	return nil
}

// after asks for a buffer that holds a burst, for the time of arrival, and to
// be told of what was lost. A buffer that is larger already stays.
func (o SocketOptions) after(fd int) error {
	buffer := max(o.Buffer, minBuffer)
	if have, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF); err != nil || have < 2*buffer {
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, buffer) != nil {
			if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, buffer); err != nil {
				return fmt.Errorf("set the receive buffer: %w", err)
			}
		}
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RXQ_OVFL, 1); err != nil {
		return fmt.Errorf("ask for the count of lost datagrams: %w", err)
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
		return fmt.Errorf("ask for the time of arrival: %w", err)
	}
	if o.Spare {
		return askTarget(fd)
	}
	return nil
}

// buffer returns the size of the receive buffer that the kernel granted, in
// bytes as the kernel counts them: with its own bookkeeping.
func (s *Socket) buffer() (size int, err error) {
	rc, err := s.conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	cerr := rc.Control(func(fd uintptr) { size, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF) })
	return size, errors.Join(cerr, err)
}

const memDrops = 8 // SK_MEMINFO_DROPS, linux/sock_diag.h

// overflow asks the socket itself: SO_RXQ_OVFL tells with the next datagram
// only.
func (s *Socket) overflow() uint64 {
	rc, err := s.conn.SyscallConn()
	if err != nil {
		return 0
	}
	var info [memDrops + 1]uint32
	var errno unix.Errno
	cerr := rc.Control(func(fd uintptr) {
		size := uint32(unsafe.Sizeof(info))
		_, _, errno = unix.Syscall6(unix.SYS_GETSOCKOPT, fd, unix.SOL_SOCKET, unix.SO_MEMINFO,
			uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	})
	if cerr != nil || errno != 0 {
		return 0
	}
	return uint64(s.lostSince(info[memDrops]))
}

func remedy(err error) error {
	switch {
	case errors.Is(err, unix.EADDRINUSE):
		return fmt.Errorf("%w (another program listens there: ss -ulpn shows it)", err)
	case errors.Is(err, unix.EACCES):
		return fmt.Errorf("%w (ports below 1024 need CAP_NET_BIND_SERVICE)", err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%w (needs CAP_NET_RAW on this kernel)", err)
	case errors.Is(err, unix.EADDRNOTAVAIL):
		return fmt.Errorf("%w (this host does not have the address: ip addr shows those it has; :PORT takes all)", err)
	case errors.Is(err, unix.ENODEV):
		return fmt.Errorf("%w (ip link shows the devices)", err)
	}
	return err
}

package wire

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
)

// MAC returns the device's hardware address as it is now, as netpoll reads it for each frame. One system call, no
// allocation. After the device has gone Gone is true of the error.
func (c *Conn) MAC() (frame.MAC, error) {
	// getsockname(2) of a packet socket looks the device up by index, so that a renamed one is found too.
	if err := c.raw.Control(c.addr); err != nil {
		return frame.MAC{}, &Error{Op: opMAC, Device: c.name, Err: os.ErrClosed}
	}
	if c.errno != 0 {
		return frame.MAC{}, &Error{Op: opMAC, Device: c.name, Err: c.errno}
	}
	if c.sll.Halen != uint8(len(frame.MAC{})) {
		return frame.MAC{}, c.noMAC()
	}
	return frame.MAC(c.sll.Addr[:6]), nil
}

const opMAC = "read the MAC address of"

// noMAC tells a device that has gone from one without an Ethernet address.
func (c *Conn) noMAC() error {
	e := &Error{Op: opMAC, Device: c.name, Err: unix.ENXIO}
	if c.sll.Hatype != 0 || c.sll.Halen != 0 {
		e.Err, e.hint = unix.EAFNOSUPPORT, "its addresses are not of Ethernet's six bytes"
	}
	return e
}

func (c *Conn) sockname(fd uintptr) {
	c.sll = unix.RawSockaddrLinklayer{}
	n := uint32(unsafe.Sizeof(c.sll))
	_, _, c.errno = unix.RawSyscall(unix.SYS_GETSOCKNAME, fd, uintptr(unsafe.Pointer(&c.sll)), uintptr(unsafe.Pointer(&n)))
}

// MTU returns the device's MTU in bytes, which does not count the Ethernet header.
func (c *Conn) MTU() (int, error) {
	r, err := c.ask(unix.SIOCGIFMTU)
	if err != nil {
		return 0, &Error{Op: "read the mtu of", Device: c.name, Err: err}
	}
	return int(r.Uint32()), nil
}

// running reports whether the device has a carrier, by its operational state, which may lag by up to a second.
func (c *Conn) running() bool {
	r, err := c.ask(unix.SIOCGIFFLAGS)
	return err == nil && r.Uint16()&unix.IFF_RUNNING != 0
}

// ask does an ioctl on the device by the name that it has now.
func (c *Conn) ask(request uint) (*unix.Ifreq, error) {
	var r *unix.Ifreq
	var err error
	ctl := c.raw.Control(func(fd uintptr) {
		var name string
		if name, err = ifName(int(fd), c.index); err != nil {
			return
		}
		if r, err = unix.NewIfreq(name); err == nil {
			err = unix.IoctlIfreq(int(fd), request, r)
		}
	})
	if ctl != nil {
		return nil, os.ErrClosed
	}
	return r, err
}

// ifName returns the name that a device has now in the namespace of the socket fd.
func ifName(fd, index int) (string, error) {
	var r unix.Ifreq
	r.SetUint32(uint32(index))
	err := unix.IoctlIfreq(fd, unix.SIOCGIFNAME, &r)
	return r.Name(), err
}

// ifType returns the device's ARPHRD number.
func ifType(fd int, name string) (uint16, error) {
	r, err := unix.NewIfreq(name)
	if err == nil {
		err = unix.IoctlIfreq(fd, unix.SIOCGIFHWADDR, r) // the family of the address
	}
	if err != nil {
		return 0, err
	}
	return r.Uint16(), nil
}

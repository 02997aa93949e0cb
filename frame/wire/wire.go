// Package wire puts complete Ethernet frames on a named device through an AF_PACKET socket: past routing, neighbour
// tables, firewall and, unless told otherwise, the queueing discipline, as the kernel's netpoll does. The other way,
// [Listen] receives the frames that a netconsole sends on a host that need not have any address.
package wire

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// BatchMax is the number of frames that SendBatch hands to the kernel in one system call.
const BatchMax = 64

// Options change how a Conn sends.
type Options struct {
	// Qdisc sends through the device's queueing discipline, where tc and a local capture see the frames, and where a
	// full or unwilling qdisc may drop them with or without an error. Without it they go straight to the driver
	// (PACKET_QDISC_BYPASS, packet(7)).
	Qdisc bool
}

// An Error is a failed operation on a device.
type Error struct {
	Op       string // "open packet socket on", "send on", …
	Device   string // as given to Open, or the name that it had then
	FrameLen int    // bytes in the refused frame, 0 if none is concerned
	MTU      int    // of the device in bytes, known for a frame that is too long
	Err      error  // the system's error
	hint     string
}

// Error says operation, object, cause and remedy.
func (e *Error) Error() string {
	s := e.Op + " " + e.Device
	if e.FrameLen > 0 {
		s += fmt.Sprintf(": frame of %d bytes", e.FrameLen)
	}
	s += ": " + e.Err.Error()
	if h := e.remedy(); h != "" {
		s += " (" + h + ")"
	}
	return s
}

func (e *Error) remedy() string {
	switch {
	case e.hint != "":
		return e.hint
	case errors.Is(e.Err, os.ErrPermission):
		return "needs CAP_NET_RAW: run as root or setcap cap_net_raw+ep"
	case errors.Is(e.Err, syscall.EMSGSIZE):
		return fmt.Sprintf("an mtu of %d allows %d bytes; raise it: ip link set dev %s mtu %d",
			e.MTU, e.MTU+headerLen, e.Device, e.FrameLen-headerLen)
	case Down(e.Err):
		return "bring it up: ip link set dev " + e.Device + " up"
	case Gone(e.Err):
		return "the device is gone: open it again"
	case Full(e.Err):
		return "the device has no carrier or takes nothing more"
	}
	return ""
}

// headerLen is that of Ethernet, which the MTU leaves out.
const headerLen = 14

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Gone reports whether err says that there is no such device, or not any more: a Conn on it is of no use, and the
// device may be opened anew when it is back.
func Gone(err error) bool { return errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.ENODEV) }

// Down reports whether err says that the device is administratively down. The Conn works again when it is up.
func Down(err error) bool { return errors.Is(err, syscall.ENETDOWN) }

// Full reports whether err says that device or socket had no room for a frame, or no carrier, for as long as the Conn
// tried. The next frame may fare better.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.EAGAIN)
}

package wire

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/mdlayher/packet"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// A Receiver receives frames from one device. Its methods must not be called at the same time, Close excepted.
type Receiver struct {
	name  string
	index int
	manner
	pc    *packet.Conn
	raw   syscall.RawConn
	drops uint64

	// What the closure of a system call needs and what it found.
	recv  func(fd uintptr) bool
	errno syscall.Errno
	n     int // frames received
	msgs  [batch]received
	iovs  [batch]unix.Iovec
	ctl   [batch]control
	mem   []byte
}

// A manner is what kinds of Receivers differ in.
type manner struct {
	member   unix.PacketMreq // what the device is to receive besides what it does already
	slot     int             // room for a frame, in bytes
	outgoing bool            // what the host itself sends is received too
}

var promiscuous = unix.PacketMreq{Type: unix.PACKET_MR_PROMISC}

const (
	opListen = "listen on"
	opRecv   = "receive from"

	// rcvbuf is how much memory the socket may take for frames that wait to be read, as setsockopt is told; the kernel
	// grants twice that, as it counts its own structures too.
	rcvbuf = 8 << 20
)

// Listen receives the frames that arrive on a device, as Open finds it, with UDP to one of 1 to 512 ports over IPv6 or
// IPv4, whatever their MAC and IP addresses, and behind any VLAN tags. For the host needs no address, the device
// enters promiscuous mode, and neither firewall nor routing is asked. The kernel looks at the ports (packet(7), BPF),
// except for those of fragments that do not begin their datagram, which all come, as to any port.
//
// Not received is what the host itself sends, UDP behind an IPv6 authentication header, and what is in more than
// three VLAN tags. The device may be down: the first Read tells, and those after it wait. It needs CAP_NET_RAW.
func Listen(dev string, ports []uint16) (*Receiver, error) {
	program, err := filter(ports)
	return listen(dev, program, err, manner{promiscuous, slot, false})
}

// ListenAll is Listen without a filter: it receives all frames that arrive on the device, of every protocol, and with
// outgoing those too that the host itself sends there, but for those that bypass the queueing discipline
// (PACKET_QDISC_BYPASS). On a loopback device every frame comes twice then.
func ListenAll(dev string, outgoing bool) (*Receiver, error) {
	return listen(dev, nil, nil, manner{promiscuous, slot, outgoing})
}

// listen opens a device with a program, or reports what is bad about that.
func listen(dev string, program []bpf.RawInstruction, bad error, m manner) (*Receiver, error) {
	index, name, err := find(dev)
	if err != nil {
		return nil, err
	}
	m.member.Ifindex = int32(index)
	r := &Receiver{name: name, index: index, manner: m}
	if bad != nil {
		return nil, r.err(opListen, syscall.EINVAL, bad.Error())
	}
	if err := r.open(program); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Receiver) open(program []bpf.RawInstruction) (err error) {
	// Protocol 0: nothing arrives before all is set.
	r.pc, err = packet.Listen(&net.Interface{Index: r.index}, packet.Raw, 0, &packet.Config{Filter: program})
	if err != nil {
		return r.err(opListen, cause(err), "")
	}
	if r.raw, err = r.pc.SyscallConn(); err != nil {
		return r.err(opListen, cause(err), "")
	}
	r.prepare()
	var set error
	if err := r.raw.Control(func(fd uintptr) { set = r.set(int(fd)) }); err != nil {
		return r.err(opListen, cause(err), "")
	}
	return set
}

// set makes the socket what it should be, and last of all bound to the device.
func (r *Receiver) set(fd int) error {
	ignore := 1
	if r.outgoing {
		ignore = 0
	}
	for _, o := range []struct {
		level, name, value int
		hint               string
	}{
		{unix.SOL_PACKET, unix.PACKET_AUXDATA, 1, ""},
		{unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, ignore, "needs Linux 4.20"},
		{unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1, ""},
	} {
		if err := unix.SetsockoptInt(fd, o.level, o.name, o.value); err != nil {
			return r.err(opListen, err, o.hint)
		}
	}
	// Beyond net.core.rmem_max only CAP_NET_ADMIN leads. What is granted, Buffer tells.
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, rcvbuf) != nil {
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, rcvbuf)
	}
	kind, err := arphrd(fd, r.index)
	if err != nil {
		return r.err(opListen, err, "")
	}
	if kind != unix.ARPHRD_ETHER && kind != unix.ARPHRD_LOOPBACK {
		return r.err(opListen, unix.EAFNOSUPPORT, fmt.Sprintf("its frames, of ARPHRD type %d, are not Ethernet's", kind))
	}
	if err := unix.SetsockoptPacketMreq(fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &r.member); err != nil {
		return r.err(opListen, err, "")
	}
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: allTypes, Ifindex: r.index}); err != nil {
		return r.err(opListen, err, "")
	}
	return nil
}

func arphrd(fd, index int) (uint16, error) {
	name, err := ifName(fd, index)
	if err != nil {
		return 0, err
	}
	return ifType(fd, name)
}

func (r *Receiver) err(op string, err error, hint string) error {
	return &Error{Op: op, Device: r.name, Err: err, hint: hint}
}

// Name returns the name that the device had when it was opened.
func (r *Receiver) Name() string { return r.name }

// Index returns the device's interface index.
func (r *Receiver) Index() int { return r.index }

// Buffer returns the bytes of memory that frames waiting to be read may take, the kernel's structures included, which
// are several hundred bytes for each frame. It is 16 MiB with CAP_NET_ADMIN, else up to twice net.core.rmem_max.
func (r *Receiver) Buffer() (n int, err error) {
	ctl := r.raw.Control(func(fd uintptr) { n, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF) })
	if ctl != nil {
		err = os.ErrClosed
	}
	if err != nil {
		return 0, r.err("read the receive buffer's size of", err, "")
	}
	return n, nil
}

// Drops returns how many frames that passed the filter found no room in the buffer since Listen.
func (r *Receiver) Drops() (uint64, error) {
	s, err := r.pc.Stats() // which sets the kernel's count to 0
	if err != nil {
		return r.drops, r.err("read the statistics of", closed(err), "")
	}
	r.drops += uint64(s.Drops)
	return r.drops, nil
}

// Read waits for frames until the deadline, without one if that is the zero time, and calls each for those that have
// arrived, at least one, at most 64, in their order. Each is told when the kernel received the frame, the frame from
// the destination MAC address on, VLAN tags that the kernel had taken off included, and whether its checksums are to
// be ignored (frame.ParseUnverified): another host on this machine, such as a container, left them for a device to
// fill in, and the device is a virtual one. The frame's bytes are only good until each returns.
//
// The error is a *Error. It is os.ErrDeadlineExceeded, os.ErrClosed, or says once that the device has gone Down; Read
// may be called again to wait until it is up. Of a device that is removed the error is Gone; it may come only when
// the deadline passes.
func (r *Receiver) Read(deadline time.Time, each func(at time.Time, frame []byte, unverified bool)) error {
	if err := r.pc.SetReadDeadline(deadline); err != nil {
		return r.err(opRecv, os.ErrClosed, "")
	}
	err := r.raw.Read(r.recv)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return r.err(opRecv, r.gone(os.ErrDeadlineExceeded), "")
	case err != nil:
		return r.err(opRecv, os.ErrClosed, "")
	case r.errno == unix.ENETDOWN:
		return r.err(opRecv, r.gone(r.errno), "")
	case r.errno != 0:
		return r.err(opRecv, r.errno, "")
	}
	for i := range r.n {
		each(r.frame(i))
	}
	return nil
}

// gone returns err, or ENODEV if the reason is that there is no such device any more.
func (r *Receiver) gone(err error) error {
	var name error
	ctl := r.raw.Control(func(fd uintptr) { _, name = ifName(int(fd), r.index) })
	if ctl == nil && Gone(name) {
		return unix.ENODEV
	}
	return err
}

// closed tells use after Close from other errors.
func closed(err error) error {
	if err = cause(err); errors.Is(err, unix.EBADF) {
		return os.ErrClosed
	}
	return err
}

// Close closes the socket. A Read that waits returns.
func (r *Receiver) Close() error {
	if r.pc == nil {
		return nil
	}
	return r.pc.Close()
}

package collect

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Socket receives datagrams in batches, with their kernel metadata.
type Socket struct {
	conn    *net.UDPConn
	raw     syscall.RawConn
	batch   *batch
	receive func(fd uintptr) bool // takes a batch
	look    func(fd uintptr)      // does so too
	from    senders
	at      netip.AddrPort
	lost    uint32 // the kernel's count of datagrams that found the buffer full
	spare   bool
}

// OpenSocket listens at an address.
func OpenSocket(at netip.AddrPort, o SocketOptions) (*Socket, error) {
	at, err := zoned(at, o.Interface)
	if err != nil {
		return nil, fmt.Errorf("listen at %s: %w", at, err)
	}
	u, err := o.bind(at)
	if errors.Is(err, unix.EAFNOSUPPORT) && at.Addr() == netip.IPv6Unspecified() { // a kernel without IPv6
		u, err = o.bind(netip.AddrPortFrom(netip.IPv4Unspecified(), at.Port()))
	}
	if err != nil {
		return nil, fmt.Errorf("listen at %s: %w", at, remedy(err))
	}
	s, err := newSocket(u, o)
	if err == nil && at.Addr().IsMulticast() {
		err = s.join(at.Addr(), o.Interface)
	}
	if err != nil {
		u.Close()
		return nil, fmt.Errorf("listen at %s: %w", at, err)
	}
	return s, nil
}

// bind makes a socket with an address. Package net does not take IPv6 for
// supported where the loopback device is down, as it may be on a host in
// trouble.
func (o SocketOptions) bind(at netip.AddrPort) (*net.UDPConn, error) {
	a, family := socketAddress(at)
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), at.String())
	defer f.Close() // the connection has a descriptor of its own
	if family == unix.AF_INET6 {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0); err != nil {
			return nil, fmt.Errorf("listen to both families: %w", err)
		}
	}
	if err := o.before(fd); err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, a); err != nil {
		return nil, err
	}
	p, err := net.FilePacketConn(f)
	if err != nil {
		return nil, err
	}
	return p.(*net.UDPConn), nil
}

func socketAddress(at netip.AddrPort) (unix.Sockaddr, int) {
	a := at.Addr()
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4(), Port: int(at.Port())}, unix.AF_INET
	}
	s := &unix.SockaddrInet6{Addr: a.As16(), Port: int(at.Port())}
	if ifi, err := net.InterfaceByName(a.Zone()); err == nil {
		s.ZoneId = uint32(ifi.Index)
	}
	return s, unix.AF_INET6
}

// InheritSocket takes over a socket that is open already, systemd's.
func InheritSocket(f *os.File, o SocketOptions) (*Socket, error) {
	p, err := net.FilePacketConn(f)
	if err != nil {
		return nil, fmt.Errorf("take over socket %s: %w", f.Name(), err)
	}
	u, ok := p.(*net.UDPConn)
	if !ok {
		p.Close()
		return nil, fmt.Errorf("take over socket %s: not a UDP socket (ListenDatagram= makes one)", f.Name())
	}
	return newSocket(u, o)
}

func newSocket(u *net.UDPConn, o SocketOptions) (*Socket, error) {
	rc, err := u.SyscallConn()
	if err != nil {
		return nil, err
	}
	cerr := rc.Control(func(fd uintptr) { err = o.after(int(fd)) })
	if err = errors.Join(cerr, err); err != nil {
		return nil, err
	}
	s := &Socket{conn: u, raw: rc, batch: newBatch(), at: u.LocalAddr().(*net.UDPAddr).AddrPort(), spare: o.Spare}
	s.receive = s.batch.receive
	s.look = func(fd uintptr) { s.batch.receive(fd) }
	return s, nil
}

func (s *Socket) read(deadline time.Time, each func(Datagram)) error {
	if err := s.conn.SetReadDeadline(deadline); err != nil {
		return err
	}
	err := s.raw.Read(s.receive)
	if errors.Is(err, os.ErrDeadlineExceeded) && s.raw.Control(s.look) == nil && s.batch.n > 0 {
		err = nil // the deadline had passed, but there was something
	}
	if err != nil {
		return err
	}
	if s.batch.errno != 0 {
		return os.NewSyscallError("recvmmsg", s.batch.errno)
	}
	s.from.forget(time.Now())
	for i := range s.batch.n {
		if s.spare && toGroup(s.batch.control(i)) {
			continue
		}
		each(s.datagram(i))
	}
	return nil
}

func (s *Socket) datagram(i int) Datagram {
	b := s.batch
	d := Datagram{From: s.from.find(&b.names[i]), To: s.at, Payload: b.payload(i), Truncated: b.truncated(i)}
	var lost uint32
	if d.At, lost = metadata(b.control(i)); d.At.IsZero() {
		d.At = time.Now()
	}
	if lost != 0 {
		d.Lost = s.lostSince(lost)
	}
	return d
}

// lostSince takes the kernel's count of all time, which wraps, and returns how
// many are new. A datagram that waited may have an older count.
func (s *Socket) lostSince(count uint32) uint32 {
	n := count - s.lost
	if int32(n) <= 0 {
		return 0
	}
	s.lost = count
	return n
}

func (s *Socket) addr() netip.AddrPort { return s.at }

// Close closes the socket. What waits in it is lost, unless somebody else, such
// as systemd, has the socket too.
func (s *Socket) Close() error { return s.conn.Close() }

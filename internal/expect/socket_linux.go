package expect

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/match"
)

type socket struct {
	c     *net.UDPConn
	port  uint16
	drops uint64
	data  []byte
	oob   []byte
}

func listenSocket(port uint16, dev string, group netip.Addr) (Source, error) {
	s := &socket{port: port, data: make([]byte, 1<<16), oob: make([]byte, 512)}
	lc := net.ListenConfig{Control: func(network, _ string, c syscall.RawConn) (err error) {
		ctl := c.Control(func(fd uintptr) { err = prepare(int(fd), network, dev) })
		return errors.Join(err, ctl)
	}}
	c, err := lc.ListenPacket(context.Background(), "udp6", fmt.Sprintf("[::]:%d", port))
	if errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL) { // no IPv6 in this kernel or namespace
		c, err = lc.ListenPacket(context.Background(), "udp4", fmt.Sprintf("0.0.0.0:%d", port))
	}
	if err != nil {
		hint := ""
		if errors.Is(err, unix.EADDRINUSE) {
			hint = " (a program receives there: without --socket, expect sees the frames beside it)"
		}
		return nil, fmt.Errorf("%w%s", err, hint)
	}
	s.c = c.(*net.UDPConn)
	if group.IsValid() {
		if err := s.join(group, dev); err != nil {
			s.c.Close()
			return nil, fmt.Errorf("join %s on %s: %w", group, dev, err)
		}
	}
	return s, nil
}

// prepare asks for what the kernel tells of datagrams beside their bytes.
func prepare(fd int, network, dev string) error {
	type option struct{ level, name, value int }
	list := []option{
		{unix.SOL_IP, unix.IP_PKTINFO, 1}, {unix.SOL_IP, unix.IP_RECVTOS, 1}, {unix.SOL_IP, unix.IP_RECVTTL, 1},
		{unix.SOL_SOCKET, unix.SO_RXQ_OVFL, 1},
	}
	if network == "udp6" { // which is to receive both families: net would not in a namespace whose lo is down
		list = append(list, option{unix.SOL_IPV6, unix.IPV6_V6ONLY, 0}, option{unix.SOL_IPV6, unix.IPV6_RECVPKTINFO, 1},
			option{unix.SOL_IPV6, unix.IPV6_RECVTCLASS, 1}, option{unix.SOL_IPV6, unix.IPV6_RECVHOPLIMIT, 1})
	}
	for _, o := range list {
		if err := unix.SetsockoptInt(fd, o.level, o.name, o.value); err != nil {
			return err
		}
	}
	if dev != "" {
		return unix.BindToDevice(fd, dev)
	}
	return nil
}

func (s *socket) join(group netip.Addr, dev string) error {
	ifi, err := net.InterfaceByName(dev)
	if err != nil {
		return err
	}
	raw, err := s.c.SyscallConn()
	if err != nil {
		return err
	}
	ctl := raw.Control(func(fd uintptr) {
		if group.Is4() {
			err = unix.SetsockoptIPMreqn(int(fd), unix.SOL_IP, unix.IP_ADD_MEMBERSHIP, &unix.IPMreqn{Multiaddr: group.As4(), Ifindex: int32(ifi.Index)})
		} else {
			err = unix.SetsockoptIPv6Mreq(int(fd), unix.SOL_IPV6, unix.IPV6_JOIN_GROUP, &unix.IPv6Mreq{Multiaddr: group.As16(), Interface: uint32(ifi.Index)})
		}
	})
	return errors.Join(err, ctl)
}

func (s *socket) Read(deadline time.Time, each func(time.Time, match.Frame)) error {
	if err := s.c.SetReadDeadline(deadline); err != nil {
		return os.ErrClosed
	}
	n, oobn, _, from, err := s.c.ReadMsgUDPAddrPort(s.data, s.oob)
	switch {
	case errors.Is(err, net.ErrClosed):
		return os.ErrClosed
	case err != nil:
		return err
	}
	y := frame.Layers{Version: 6, Protocol: unix.IPPROTO_UDP, UDP: true, Payload: s.data[:n]}
	y.Source.Addr, y.Source.Port = from.Addr().Unmap().WithZone(""), from.Port()
	if y.Source.Addr.Is4() {
		y.Version = 4
	}
	y.Target.Port = s.port
	s.control(&y, s.oob[:oobn])
	each(time.Now(), match.Frame{Layers: y})
	return nil
}

// control reads what the kernel tells beside a datagram. Of one to an IPv4
// address both families' messages may come.
func (s *socket) control(y *frame.Layers, oob []byte) {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for _, m := range msgs {
		d := m.Data
		switch m.Header.Level<<16 | m.Header.Type {
		case unix.SOL_IPV6<<16 | unix.IPV6_PKTINFO:
			y.Target.Addr = netip.AddrFrom16([16]byte(d)).Unmap()
		case unix.SOL_IP<<16 | unix.IP_PKTINFO:
			y.Target.Addr = netip.AddrFrom4([4]byte(d[8:]))
		case unix.SOL_IPV6<<16 | unix.IPV6_TCLASS, unix.SOL_IP<<16 | unix.IP_TOS:
			y.TrafficClass = uint8(native(d))
		case unix.SOL_IPV6<<16 | unix.IPV6_HOPLIMIT, unix.SOL_IP<<16 | unix.IP_TTL:
			y.HopLimit = uint8(native(d))
		case unix.SOL_SOCKET<<16 | unix.SO_RXQ_OVFL:
			s.drops = uint64(native(d))
		}
	}
}

// native reads a number of the machine's byte order, of one byte or four.
func native(b []byte) uint32 {
	if len(b) < 4 {
		return uint32(b[0])
	}
	return binary.NativeEndian.Uint32(b)
}

func (s *socket) Where() string { return fmt.Sprintf("at UDP port %d", s.port) }
func (s *socket) Live() bool    { return true }
func (s *socket) Drops() uint64 { return s.drops }
func (s *socket) Close() error  { return s.c.Close() }

package collect

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const zonesLast = time.Minute // a device may get another name

// senders turns the kernel's addresses into ours. Making one with a zone takes
// a while, and many datagrams have the same sender as the one before.
type senders struct {
	last  linkSender
	addr  netip.AddrPort // of last
	zones map[uint32]string
	since time.Time
}

// linkSender is an address that means something on one link only.
type linkSender struct {
	addr  [16]byte
	scope uint32
	port  uint16
}

// forget drops what may have changed by now, and all of it the first time.
func (s *senders) forget(now time.Time) {
	if now.Sub(s.since) > zonesLast {
		*s = senders{zones: map[uint32]string{}, since: now}
	}
}

// find returns the address; the zero one if it is of no known family.
func (s *senders) find(sa *unix.RawSockaddrInet6) netip.AddrPort {
	switch sa.Family {
	case unix.AF_INET:
		sa4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(sa))
		return netip.AddrPortFrom(netip.AddrFrom4(sa4.Addr), hostOrder(sa4.Port))
	case unix.AF_INET6:
		if sa.Scope_id != 0 {
			return s.link(linkSender{sa.Addr, sa.Scope_id, hostOrder(sa.Port)})
		}
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr), hostOrder(sa.Port))
	}
	return netip.AddrPort{}
}

func (s *senders) link(k linkSender) netip.AddrPort {
	if k != s.last {
		addr := netip.AddrFrom16(k.addr).WithZone(s.zone(k.scope))
		s.last, s.addr = k, netip.AddrPortFrom(addr, k.port)
	}
	return s.addr
}

// zone returns the name of a device, or its number if it is gone.
func (s *senders) zone(index uint32) string {
	z, ok := s.zones[index]
	if !ok {
		z = strconv.FormatUint(uint64(index), 10)
		if ifi, err := net.InterfaceByIndex(int(index)); err == nil {
			z = ifi.Name
		}
		s.zones[index] = z
	}
	return z
}

func hostOrder(port uint16) uint16 {
	return binary.BigEndian.Uint16(binary.NativeEndian.AppendUint16(nil, port))
}

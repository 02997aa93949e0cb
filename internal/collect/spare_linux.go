package collect

import (
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// askTarget asks for the address that each datagram was sent to.
func askTarget(fd int) error {
	family, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_PKTINFO, 1) // of IPv4 at a socket for both, too
	}
	if err == nil && family == unix.AF_INET6 {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1)
	}
	if err != nil {
		return fmt.Errorf("ask for the target address: %w", err)
	}
	return nil
}

// toGroup reports whether a datagram was sent to more hosts than this one. Of
// such each of the sockets that share an address is given a copy.
func toGroup(oob []byte) bool {
	for h, data := range controls(oob) {
		switch {
		case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_PKTINFO && len(data) >= unix.SizeofInet4Pktinfo:
			i := (*unix.Inet4Pktinfo)(unsafe.Pointer(&data[0]))
			return i.Addr != i.Spec_dst // ip(7): the header's, and the local one
		case h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_PKTINFO && len(data) >= unix.SizeofInet6Pktinfo:
			i := (*unix.Inet6Pktinfo)(unsafe.Pointer(&data[0]))
			if a := netip.AddrFrom16(i.Addr); !a.Is4In6() {
				return a.IsMulticast()
			}
		}
	}
	return false
}

package collect

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"
)

// zoned gives an address that means something else on each link the device to
// listen on.
func zoned(at netip.AddrPort, dev string) (netip.AddrPort, error) {
	a := at.Addr()
	if zone := a.Zone(); zone != "" {
		_, err := device(zone)
		return at, err
	}
	if !a.Is6() || !a.IsLinkLocalUnicast() && !a.IsLinkLocalMulticast() && !a.IsInterfaceLocalMulticast() {
		return at, nil
	}
	if dev == "" {
		return at, fmt.Errorf("the address alone does not say on which device (name it: %s%%DEV, or --interface DEV)", a)
	}
	return netip.AddrPortFrom(a.WithZone(dev), at.Port()), nil
}

// device finds a device by its name.
func device(name string) (*net.Interface, error) {
	ifi, err := net.InterfaceByName(name)
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", name, remedy(unix.ENODEV))
	}
	return ifi, nil
}

// join makes the socket a member of a multicast group.
func (s *Socket) join(group netip.Addr, dev string) (err error) {
	if dev == "" {
		dev = group.Zone()
	}
	var ifi *net.Interface
	if dev != "" {
		if ifi, err = device(dev); err != nil {
			return err
		}
	}
	addr := &net.UDPAddr{IP: group.AsSlice()}
	if group.Is4() {
		err = ipv4.NewPacketConn(s.conn).JoinGroup(ifi, addr)
	} else {
		err = ipv6.NewPacketConn(s.conn).JoinGroup(ifi, addr)
	}
	if err == nil {
		return nil
	}
	if errno, ok := errors.AsType[unix.Errno](err); ok {
		err = errno // the message around it has all else
	}
	if err == unix.ENODEV {
		return fmt.Errorf("join the group: %w (no route tells on which device: --interface DEV does)", err)
	}
	return fmt.Errorf("join the group: %w", err)
}

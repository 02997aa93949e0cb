package netdev

import (
	"errors"
	"net/netip"
	"syscall"

	"netkmsg/frame"
)

// Forbids returns what a route is called that RouteTo found to forbid sending, or false for other errors.
func Forbids(err error) (kind string, ok bool) {
	for errno, kind := range map[syscall.Errno]string{
		syscall.EINVAL: "blackhole", syscall.EHOSTUNREACH: "unreachable", syscall.EACCES: "prohibit",
	} {
		if errors.Is(err, errno) {
			return kind, true
		}
	}
	return "", false
}

// A Neighbour is an entry of the kernel's neighbour table: what it takes for the MAC address of an IP address.
type Neighbour struct {
	Addr  netip.Addr
	MAC   frame.MAC // zero while it is not known
	State string    // as `ip neigh` calls it: reachable, stale, delay, probe, failed, incomplete, permanent, noarp
}

// A Route is how the kernel would send to an address.
type Route struct {
	Device  int        // index
	Gateway netip.Addr // the next hop; not valid if the destination is on the link
	Prefix  netip.Prefix
	Origin  string // who made it: kernel, boot, static, ra, dhcp, or the protocol's number
}

// An Address is one of a device, with what bears on its use.
type Address struct {
	netip.Prefix
	Tentative  bool // not yet known to be unique, or found to be a duplicate
	Deprecated bool // its preferred lifetime is over
	Temporary  bool // of RFC 8981: another one will take its place
	Dynamic    bool // it has a lifetime: given by a router or a DHCP server
}

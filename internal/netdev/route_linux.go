package netdev

import (
	"errors"
	"net/netip"

	"github.com/jsimonetti/rtnetlink/v2"
	"golang.org/x/sys/unix"
)

// Local reports whether the namespace takes packets to addr for its own. For an IPv6 address that becomes true a moment
// after AddAddress: the kernel enters the route for it in the background, if the device is up.
func Local(addr netip.Addr) (bool, error) {
	m := &rtnetlink.RouteMessage{Family: unix.AF_INET6, DstLength: uint8(addr.BitLen())}
	if addr.Is4() {
		m.Family = unix.AF_INET
	}
	m.Attributes.Dst = addr.AsSlice()
	answers, err := execute(m, unix.RTM_GETROUTE, 0)
	if errors.Is(err, unix.ENETUNREACH) || errors.Is(err, unix.EHOSTUNREACH) {
		return false, nil
	}
	if err != nil || len(answers) == 0 {
		return false, describe("look up the route to", addr.String(), err)
	}
	return answers[0].(*rtnetlink.RouteMessage).Type == unix.RTN_LOCAL, nil
}

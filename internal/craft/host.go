package craft

import (
	"net/netip"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
)

// A Host is what a recipe has to know of the device that its frames leave by.
// The zero Host stands for none.
type Host struct {
	Device string // its name; empty for no device
	MAC    frame.MAC
	Addrs  []netip.Addr // the device's own, in the kernel's order
	MTU    int          // bytes behind the Ethernet header; 0: not limited
}

// What stands in for a device: addresses for documentation (RFC 3849, RFC 5737)
// and a MAC address of local administration.
var nowhere = Host{
	MAC:   frame.MAC{0x02, 0, 0, 0, 0, 0x01},
	Addrs: []netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1")},
}

// own returns the device's address for frames to remote, as netpoll chooses it;
// where it has none for IPv6 it is what the MAC address forms.
func (h Host) own(remote netip.Addr) (netip.Addr, bool) {
	if a, ok := netdev.ChooseSource(h.Addrs, remote); ok {
		return a, true
	}
	return h.MAC.LinkLocal(), remote.Is6()
}

package netdev

import (
	"net/netip"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Addresses returns the device's own addresses of one family, unix.AF_INET or unix.AF_INET6, in the order in which the
// kernel holds them: the order of RTM_GETADDR and of `ip addr`, in which netpoll looks for a source address.
// (/proc/net/if_inet6 has another.) Tentative and deprecated ones are among them, as for netpoll.
func Addresses(index, family int) ([]netip.Addr, error) {
	answers, err := execute(&rtnetlink.AddressMessage{Family: uint8(family)}, unix.RTM_GETADDR, netlink.Dump)
	if err != nil {
		return nil, describe("list addresses of", label(index), err)
	}
	var addrs []netip.Addr
	for _, a := range answers {
		m, ok := a.(*rtnetlink.AddressMessage)
		if !ok || m.Index != uint32(index) || m.Family != uint8(family) || m.Attributes == nil {
			continue
		}
		// With a peer (point to point) IFA_ADDRESS is the peer's and IFA_LOCAL ours.
		ip := m.Attributes.Local
		if ip == nil {
			ip = m.Attributes.Address
		}
		if addr, ok := netip.AddrFromSlice(ip); ok {
			addrs = append(addrs, addr)
		}
	}
	return addrs, nil
}

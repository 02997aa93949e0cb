// Package build makes and changes devices, for test harnesses and demonstrations. Its functions work in the network
// namespace of the calling thread, and their errors are those of package netdev.
package build

import (
	"net/netip"

	"github.com/jsimonetti/rtnetlink/v2"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
)

// A VethEnd describes one device of a veth pair to make.
type VethEnd struct {
	Name string
	MAC  frame.MAC
	// NetNS is a descriptor of the network namespace in which the device is made.
	NetNS int
}

// AddVeth makes a veth pair, each end in its own namespace from the start, both administratively down.
func AddVeth(a, b VethEnd) error {
	peer, err := b.peer()
	if err != nil {
		return err
	}
	m := a.message()
	m.Attributes.Info = &rtnetlink.LinkInfo{Kind: "veth", Data: &rtnetlink.LinkData{Name: "veth", Data: peer}}
	return change("add veth pair", a.Name+" and "+b.Name, m, unix.RTM_NEWLINK, netlink.Create|netlink.Excl)
}

func (e VethEnd) message() *rtnetlink.LinkMessage {
	return &rtnetlink.LinkMessage{Attributes: &rtnetlink.LinkAttributes{
		Name: e.Name, Address: e.MAC[:], NetNS: rtnetlink.NetNSForFD(uint32(e.NetNS)),
	}}
}

// peer is the end as the attribute VETH_INFO_PEER (include/uapi/linux/veth.h).
func (e VethEnd) peer() ([]byte, error) {
	b, err := e.message().MarshalBinary()
	if err != nil {
		return nil, err
	}
	const vethInfoPeer = 1
	a := netlink.NewAttributeEncoder()
	a.Bytes(vethInfoPeer, b)
	return a.Encode()
}

// AddBridge makes a bridge, administratively down.
func AddBridge(name string) error {
	m := &rtnetlink.LinkMessage{Attributes: &rtnetlink.LinkAttributes{
		Name: name, Info: &rtnetlink.LinkInfo{Kind: "bridge"},
	}}
	return change("add bridge", name, m, unix.RTM_NEWLINK, netlink.Create|netlink.Excl)
}

// Delete removes a device. A veth takes its peer with it.
func Delete(index int) error {
	m := &rtnetlink.LinkMessage{Index: uint32(index)}
	return change("delete", netdev.Label(index), m, unix.RTM_DELLINK, 0)
}

// Rename gives the device another name. Kernels before 6.2 want it down for that.
func Rename(index int, name string) error {
	return set("rename", index, &rtnetlink.LinkAttributes{Name: name})
}

// SetMAC changes the hardware address.
func SetMAC(index int, mac frame.MAC) error {
	return set("set the address of", index, &rtnetlink.LinkAttributes{Address: mac[:]})
}

// SetMTU changes the MTU, in bytes.
func SetMTU(index, mtu int) error {
	return set("set the mtu of", index, &rtnetlink.LinkAttributes{MTU: uint32(mtu)})
}

// SetMaster makes the device a port of another (a bridge, a bond), or of none if master is 0.
func SetMaster(index, master int) error {
	m := uint32(master)
	return set("set the master of", index, &rtnetlink.LinkAttributes{Master: &m})
}

func set(op string, index int, a *rtnetlink.LinkAttributes) error {
	return change(op, netdev.Label(index), &rtnetlink.LinkMessage{Index: uint32(index), Attributes: a}, unix.RTM_NEWLINK, 0)
}

// NoAutoAddress keeps the kernel from giving the device an IPv6 link-local address of its own when it comes up.
func NoAutoAddress(index int) error {
	const none = 1 // IN6_ADDR_GEN_MODE_NONE of linux/if_link.h
	m := &linkRequest{LinkMessage: rtnetlink.LinkMessage{Index: uint32(index)}}
	m.extra = func(e *netlink.AttributeEncoder) {
		e.Nested(unix.IFLA_AF_SPEC, func(e *netlink.AttributeEncoder) error {
			e.Nested(unix.AF_INET6, func(e *netlink.AttributeEncoder) error {
				e.Uint8(unix.IFLA_INET6_ADDR_GEN_MODE, none)
				return nil
			})
			return nil
		})
	}
	return change("set the address generation mode of", netdev.Label(index), m, unix.RTM_NEWLINK, 0)
}

// AddAddress gives the device an address without duplicate address detection. 169.254.0.0/16 gets scope link, as whoever
// assigns such addresses sets it. See netdev.Local for when an IPv6 address receives.
func AddAddress(index int, p netip.Prefix) error {
	return change("add "+p.String()+" to", netdev.Label(index), address(index, p), unix.RTM_NEWADDR, netlink.Create|netlink.Excl)
}

// DeleteAddress takes an address from the device.
func DeleteAddress(index int, p netip.Prefix) error {
	return change("take "+p.String()+" from", netdev.Label(index), address(index, p), unix.RTM_DELADDR, 0)
}

func address(index int, p netip.Prefix) *rtnetlink.AddressMessage {
	ip := p.Addr().AsSlice()
	m := &rtnetlink.AddressMessage{
		Family: unix.AF_INET6, PrefixLength: uint8(p.Bits()), Index: uint32(index),
		Attributes: &rtnetlink.AddressAttributes{Address: ip, Local: ip, Flags: unix.IFA_F_NODAD},
	}
	if p.Addr().Is4() {
		m.Family = unix.AF_INET
		m.Attributes.Flags = 0
		if p.Addr().IsLinkLocalUnicast() {
			m.Scope = unix.RT_SCOPE_LINK
		}
	}
	return m
}

package netdev

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// Addresses returns the device's own addresses of one family, unix.AF_INET or unix.AF_INET6, in the order in which the
// kernel holds them: the order of RTM_GETADDR and of `ip addr`, in which netpoll looks for a source address.
// (/proc/net/if_inet6 has another.) Tentative and deprecated ones are among them, as for netpoll.
func Addresses(index, family int) ([]netip.Addr, error) {
	states, err := AddressStates(index, family)
	var addrs []netip.Addr
	for _, a := range states {
		addrs = append(addrs, a.Addr())
	}
	return addrs, err
}

// AddressStates returns the device's addresses as Addresses does, with their prefixes and states.
func AddressStates(index, family int) ([]Address, error) {
	all, err := list(unix.RTM_GETADDR, header(family, unix.SizeofIfAddrmsg))
	if err != nil {
		return nil, Describe("list addresses of", Label(index), err)
	}
	var addrs []Address
	for _, b := range all {
		of, a, err := parseAddress(b)
		if err != nil {
			return nil, Describe("list addresses of", Label(index), err)
		}
		if of == index && a.IsValid() {
			addrs = append(addrs, a)
		}
	}
	return addrs, nil
}

// parseAddress reads a struct ifaddrmsg and its attributes: an address, and the index of its device.
func parseAddress(b []byte) (index int, a Address, err error) {
	if len(b) < unix.SizeofIfAddrmsg {
		return 0, a, errMalformed
	}
	var local, addr netip.Addr
	bits, flags := int(b[1]), uint32(b[2])
	index = int(order.Uint32(b[4:]))
	err = attributes(b[unix.SizeofIfAddrmsg:], func(typ uint16, v []byte) error {
		var n uint32
		var err error
		switch typ {
		case unix.IFA_LOCAL:
			local, err = address(v)
		case unix.IFA_ADDRESS:
			addr, err = address(v)
		case unix.IFA_FLAGS:
			n, err = number32(v)
			flags |= n
		}
		return err
	})
	// With a peer (point to point) IFA_ADDRESS is the peer's and IFA_LOCAL ours.
	if local.IsValid() {
		addr = local
	}
	return index, Address{
		Prefix:     netip.PrefixFrom(addr, bits),
		Tentative:  flags&(unix.IFA_F_TENTATIVE|unix.IFA_F_DADFAILED) != 0 && flags&unix.IFA_F_OPTIMISTIC == 0,
		Deprecated: flags&unix.IFA_F_DEPRECATED != 0,
		Temporary:  addr.Is6() && flags&unix.IFA_F_TEMPORARY != 0,
		Dynamic:    flags&unix.IFA_F_PERMANENT == 0,
	}, err
}

// address is an attribute's IP address.
func address(value []byte) (netip.Addr, error) {
	a, ok := netip.AddrFromSlice(value)
	if !ok {
		return a, errMalformed
	}
	return a, nil
}

package netpoll

import (
	"net/netip"
	"syscall"

	"netkmsg/internal/logline"
	"netkmsg/internal/netdev"
)

// source chooses the address to send from as netpoll does. A host without one
// still has its link-local IPv6 address, made from the MAC address, whether
// it is configured or not.
func source(l netdev.Link, remote netip.Addr, o Options) (netip.Addr, error) {
	a, err := Source(l.Index, remote)
	if err != nil || a.IsValid() {
		return a, err
	}
	switch {
	case remote.Is4():
		return a, refusef(syscall.EDESTADDRREQ, "choose a source address on %s: it has no IPv4 address (give one: 6665@ADDRESS/%[1]s,…; any will do that the receiver does not filter)", l.Name)
	case o.Strict:
		return a, refusef(syscall.EDESTADDRREQ, "choose a source address on %s: it has no IPv6 address of the target's kind, link-local or not", l.Name)
	}
	a = l.MAC.LinkLocal()
	o.Log.Warn("no suitable IPv6 address, using the link-local one of the device's MAC address", "source", a)
	return a, nil
}

// Source returns the address of a device that netpoll would send from to
// remote, or the zero Addr if it has none.
func Source(index int, remote netip.Addr) (netip.Addr, error) {
	addrs, err := Addresses(index, remote)
	a, _ := netdev.ChooseSource(addrs, remote)
	return a, err
}

// Addresses returns the addresses of a device that are of remote's family, in
// the order in which netpoll looks at them.
func Addresses(index int, remote netip.Addr) ([]netip.Addr, error) {
	return netdev.Addresses(index, family(remote))
}

// StandIn tells what a frame from dev would have as source, without touching
// the device: for captures of what is never sent.
func StandIn(dev string, remote netip.Addr, log logline.Log) (netdev.Link, netip.Addr, error) {
	l, err := Find(dev)
	if err != nil {
		return l, netip.Addr{}, err
	}
	a, err := source(l, remote, Options{Log: log})
	return l, a, err
}

func family(a netip.Addr) int {
	if a.Is4() {
		return syscall.AF_INET
	}
	return syscall.AF_INET6
}

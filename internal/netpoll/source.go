package netpoll

import (
	"fmt"
	"net/netip"
	"syscall"

	"netkmsg/internal/logline"
	"netkmsg/internal/netdev"
)

// source chooses the address to send from as netpoll does. A host without one
// still has its link-local IPv6 address, made from the MAC address, whether
// it is configured or not.
func source(l netdev.Link, remote netip.Addr, log logline.Log) (netip.Addr, error) {
	addrs, err := netdev.Addresses(l.Index, family(remote))
	if err != nil {
		return netip.Addr{}, err
	}
	if a, ok := netdev.ChooseSource(addrs, remote); ok {
		return a, nil
	}
	if remote.Is4() {
		return netip.Addr{}, fmt.Errorf("choose a source address on %s: it has no IPv4 address (give one: 6665@ADDRESS/%s,…; any will do that the receiver does not filter)", l.Name, l.Name)
	}
	a := l.MAC.LinkLocal()
	log.Warn("no suitable IPv6 address, using the link-local one of the device's MAC address", "source", a)
	return a, nil
}

// StandIn tells what a frame from dev would have as source, without touching
// the device: for captures of what is never sent.
func StandIn(dev string, remote netip.Addr, log logline.Log) (netdev.Link, netip.Addr, error) {
	l, err := find(dev)
	if err != nil {
		return l, netip.Addr{}, err
	}
	a, err := source(l, remote, log)
	return l, a, err
}

func family(a netip.Addr) int {
	if a.Is4() {
		return syscall.AF_INET
	}
	return syscall.AF_INET6
}

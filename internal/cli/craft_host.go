package cli

import (
	"fmt"
	"syscall"

	"netkmsg/frame"
	"netkmsg/internal/craft"
	"netkmsg/internal/netdev"
	"netkmsg/internal/send"
)

// host asks for what the recipe takes from the device, if one is given.
func (o *craftFlags) host() (craft.Host, error) {
	if o.dev == "" {
		return craft.Host{}, nil
	}
	l, err := link(o.dev)
	if err != nil {
		return craft.Host{}, fmt.Errorf("--dev: %w", err)
	}
	if !l.Ethernet && l.Name != "lo" { // which has Ethernet headers too
		return craft.Host{}, send.Usage(fmt.Errorf("--dev %s: not an Ethernet device", o.dev))
	}
	h := craft.Host{Device: l.Name, MAC: l.MAC}
	for _, family := range []int{syscall.AF_INET, syscall.AF_INET6} { // as ip addr lists them
		addrs, err := netdev.Addresses(l.Index, family)
		if err != nil {
			return h, fmt.Errorf("--dev: %w", err)
		}
		h.Addrs = append(h.Addrs, addrs...)
	}
	if o.wire() {
		h.MTU = l.MTU
	}
	return h, nil
}

// link finds a device by name or MAC address, as wire.Open does.
func link(dev string) (netdev.Link, error) {
	if mac, err := frame.ParseMAC(dev); err == nil {
		return netdev.ByMAC(mac)
	}
	return netdev.Lookup(dev)
}

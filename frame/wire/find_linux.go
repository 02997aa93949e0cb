package wire

import (
	"errors"
	"os"
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/netdev"
)

// find resolves a name, of which alternative ones count too, or the MAC address of an Ethernet device.
func find(dev string) (index int, name string, err error) {
	l, err := lookup(dev)
	if err == nil {
		return l.Index, l.Name, nil
	}
	e := &Error{Op: "look up", Device: dev, Err: cause(err)}
	if errors.Is(err, os.ErrNotExist) {
		e.hint = netdev.Have()
	}
	if dev == "" {
		e.Device = `""`
	}
	return 0, "", e
}

func lookup(dev string) (netdev.Link, error) {
	if !strings.Contains(dev, ":") {
		return netdev.Lookup(dev)
	}
	mac, err := frame.ParseMAC(dev)
	if err != nil {
		return netdev.Link{}, err
	}
	return netdev.ByMAC(mac)
}

//go:build !linux

package netdev

import (
	"errors"
	"net/netip"
)

// ErrNoRoute says that the kernel has no route to an address.
var ErrNoRoute = errors.New("no route")

// Neighbours needs Linux.
func Neighbours(index, family int) ([]Neighbour, error) { return nil, errLinux }

// RouteTo needs Linux.
func RouteTo(addr netip.Addr, index int) (Route, error) { return Route{}, errLinux }

// AddressStates needs Linux.
func AddressStates(index, family int) ([]Address, error) { return nil, errLinux }

// Local needs Linux.
func Local(netip.Addr) (bool, error) { return false, errLinux }

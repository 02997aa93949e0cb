//go:build !linux

package netdev

import (
	"context"
	"errors"
	"net/netip"

	"netkmsg/frame"
)

var errLinux = errors.New("network devices: only Linux is supported")

// Links needs Linux.
func Links() ([]Link, error) { return nil, errLinux }

// Lookup needs Linux.
func Lookup(string) (Link, error) { return Link{}, errLinux }

// ByIndex needs Linux.
func ByIndex(int) (Link, error) { return Link{}, errLinux }

// ByMAC needs Linux.
func ByMAC(frame.MAC) (Link, error) { return Link{}, errLinux }

// SetUp needs Linux.
func SetUp(int) error { return errLinux }

// SetDown needs Linux.
func SetDown(int) error { return errLinux }

// Addresses needs Linux.
func Addresses(index, family int) ([]netip.Addr, error) { return nil, errLinux }

// Watch needs Linux.
func Watch(context.Context) (<-chan struct{}, error) { return nil, errLinux }

// WatchAll needs Linux.
func WatchAll(context.Context) (<-chan struct{}, error) { return nil, errLinux }

//go:build !linux

package expect

import (
	"errors"
	"net/netip"
)

func listenSocket(uint16, string, netip.Addr) (Source, error) {
	return nil, errors.New("--socket needs Linux")
}

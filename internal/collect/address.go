package collect

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// DefaultPort is netconsole's target port.
const DefaultPort = 6666

// ParseAddress reads [ADDRESS][:PORT], the place to listen at. Without an
// address it is every address of both families, without a port netconsole's.
// IPv6 addresses may stand in brackets, and must if a port follows.
func ParseAddress(s string) (netip.AddrPort, error) {
	host, port := s, ""
	switch i := strings.LastIndexByte(s, ':'); {
	case strings.HasPrefix(s, "["):
		end := strings.LastIndexByte(s, ']')
		if end < 0 {
			return netip.AddrPort{}, fmt.Errorf("listen at %q: the bracket is not closed", s)
		}
		host, port = s[1:end], s[end+1:]
		if port != "" && port[0] != ':' {
			return netip.AddrPort{}, fmt.Errorf("listen at %q: want :PORT behind the bracket", s)
		}
		port = strings.TrimPrefix(port, ":")
	case i >= 0 && strings.Count(s, ":") == 1:
		host, port = s[:i], s[i+1:]
	}
	addr := netip.IPv6Unspecified()
	if host != "" {
		var err error
		if addr, err = netip.ParseAddr(host); err != nil {
			return netip.AddrPort{}, fmt.Errorf("listen at %q: want [ADDRESS][:PORT] with a numeric address, such as [fe80::2%%eth0]:6666 or :514", s)
		}
	}
	n := uint64(DefaultPort)
	if port != "" {
		var err error
		if n, err = strconv.ParseUint(port, 10, 16); err != nil {
			return netip.AddrPort{}, fmt.Errorf("listen at %q: port %q is not a number from 0 to 65535", s, port)
		}
	}
	return netip.AddrPortFrom(addr, uint16(n)), nil
}

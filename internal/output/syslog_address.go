package output

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// syslogAddress is a server: network is udp, tcp or tls.
type syslogAddress struct{ network, host, port string }

var syslogPorts = map[string]string{"udp": "514", "tcp": "601", "tls": "6514"}

// parseSyslogAddress reads [udp://|tcp://|tls://]HOST[:PORT]. An IPv6 address
// needs its brackets only if a port follows.
func parseSyslogAddress(s string) (syslogAddress, error) {
	network, rest, ok := strings.Cut(s, "://")
	if !ok {
		network, rest = "udp", s
	}
	port, known := syslogPorts[network]
	if !known {
		return syslogAddress{}, syslogAddressError(s, "scheme "+strconv.Quote(network)+" is unknown")
	}
	bare := rest
	if strings.HasPrefix(rest, "[") && strings.HasSuffix(rest, "]") {
		bare = rest[1 : len(rest)-1]
	}
	if _, err := netip.ParseAddr(bare); err == nil && !strings.ContainsAny(bare, "[]") {
		return syslogAddress{network, bare, port}, nil
	}
	host := rest
	if strings.Contains(rest, ":") {
		var err error
		if host, port, err = net.SplitHostPort(rest); err != nil {
			return syslogAddress{}, syslogAddressError(s, err.Error())
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return syslogAddress{}, syslogAddressError(s, "port "+strconv.Quote(port)+" is not between 1 and 65535")
	}
	if host == "" || strings.ContainsAny(host, "/@[] ") {
		return syslogAddress{}, syslogAddressError(s, "host "+strconv.Quote(host)+" is not a name or an address")
	}
	return syslogAddress{network, host, port}, nil
}

func syslogAddressError(s, why string) error {
	return fmt.Errorf("syslog server %q: %s: want [udp://|tcp://|tls://]HOST[:PORT]", s, why)
}

func (a syslogAddress) String() string { return a.network + "://" + a.hostPort() }

func (a syslogAddress) hostPort() string { return net.JoinHostPort(a.host, a.port) }

// maxSize is the size of messages that servers should take, bytes.
func (a syslogAddress) maxSize() int {
	if a.network == "udp" {
		return 2048
	}
	return 8192
}

package match

import (
	"fmt"
	"strconv"
	"strings"
)

func trafficClass(f *Frame) (uint64, bool) { return uint64(f.TrafficClass), f.Version != 0 }
func dscpOf(f *Frame) (uint64, bool)       { return uint64(f.TrafficClass >> 2), f.Version != 0 }
func ecnOf(f *Frame) (uint64, bool)        { return uint64(f.TrafficClass & 3), f.Version != 0 }
func flowLabel(f *Frame) (uint64, bool)    { return uint64(f.FlowLabel), f.Version == 6 }
func hopLimit(f *Frame) (uint64, bool)     { return uint64(f.HopLimit), f.Version != 0 }
func ipID(f *Frame) (uint64, bool)         { return uint64(f.ID), f.Version == 4 }

func showIPNumber(get getter) func(*Frame) (string, string) { return show(get, "%d", noIP) }
func showIPHex(get getter) func(*Frame) (string, string)    { return show(get, "%#x", noIP) }

// noIP says why a field of IP is missing.
func noIP(f *Frame) string {
	switch f.Version {
	case 0:
		if f.EtherType == 0x0800 || f.EtherType == 0x86dd {
			return "the IP header is cut short"
		}
		return "not IP"
	case 4:
		return "IPv4 has none"
	}
	return "IPv6 has none"
}

func dontFragment(s string) (func(*Frame) bool, error) {
	want, err := strconv.ParseBool(s)
	if err != nil {
		err = fmt.Errorf("%q: want true or false", s)
	}
	return func(f *Frame) bool { return f.Version == 4 && f.DontFragment == want }, err
}

func showDF(f *Frame) (string, string) {
	if f.Version != 4 {
		return "", noIP(f)
	}
	return strconv.FormatBool(f.DontFragment), ""
}

var protocols = map[string]uint64{"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}

func protocol(s string) (func(*Frame) bool, error) {
	want, ok := protocols[strings.ToLower(s)]
	if !ok {
		var err error
		if want, err = strconv.ParseUint(s, 0, 8); err != nil {
			return nil, fmt.Errorf("%q: want a number up to 255, udp, tcp, icmp or icmpv6", s)
		}
	}
	return func(f *Frame) bool { return f.Version != 0 && uint64(f.Protocol) == want }, nil
}

func showProtocol(f *Frame) (string, string) {
	if f.Version == 0 {
		return "", noIP(f)
	}
	for name, n := range protocols {
		if n == uint64(f.Protocol) {
			return name, ""
		}
	}
	return strconv.Itoa(int(f.Protocol)), ""
}

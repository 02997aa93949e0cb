package match

import (
	"slices"

	"netkmsg/frame"
)

// A Field is a field of a frame that a condition can be about.
type Field struct {
	Name  string // of the flag, without dashes
	Group string // for help
	Arg   string // what its value is called in help; empty for a switch
	Usage string

	weight  int  // how much agreeing tells
	repeats bool // several conditions may hold at once
	only    int  // 4 or 6: the IP version that alone has it

	parse func(s string) (func(*Frame) bool, error)
	// read shows the field as a frame has it, or says why it has none.
	read func(*Frame) (got, missing string)
}

// Fields returns all fields in the order of a frame's bytes.
func Fields() []Field { return slices.Clone(fields) }

// Aliases returns the second names of fields, and what they stand for.
func Aliases() map[string]string {
	return map[string]string{"ttl": "hop-limit", "tos": "traffic-class"}
}

// Lookup finds a field by its name or second name.
func Lookup(name string) (*Field, bool) {
	if a, ok := Aliases()[name]; ok {
		name = a
	}
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return &fields[i], true
}

const (
	groupLink = "Ethernet"
	groupIP   = "IP"
	groupUDP  = "UDP and payload"
	groupMore = "Faults"
)

var fields = []Field{
	{"dst-mac", groupLink, "MAC", "destination: an address, broadcast, multicast or unicast", 2, false, 0, mac(dstMAC), showMAC(dstMAC)},
	{"src-mac", groupLink, "MAC", "source: an address", 2, false, 0, mac(srcMAC), showMAC(srcMAC)},
	{"vlan", groupLink, "TAGS", "tags, the outer one first: ID[:PCP[d]], as in 100:3,200, ad/ in front for 802.1ad; none; any", 3, false, 0, vlans, showVLANs},
	{"ethertype", groupLink, "TYPE", "EtherType: a number, ipv4, ipv6 or arp", 1, false, 0, etherType, showEtherType},

	{"src-ip", groupIP, "IP", "source: an address, a prefix, A-B", 4, false, 0, addr(srcIP), showIP(srcIP)},
	{"dst-ip", groupIP, "IP", "destination, likewise", 4, false, 0, addr(dstIP), showIP(dstIP)},
	{"traffic-class", groupIP, "N", "IPv6 traffic class, IPv4 type of service (--tos)", 1, false, 0, number(0xff, trafficClass), showIPHex(trafficClass)},
	{"dscp", groupIP, "N", "upper 6 bits of the traffic class, or a name: ef, cs1, af41", 1, false, 0, named(dscpOf, frame.ParseDSCP), showIPNumber(dscpOf)},
	{"ecn", groupIP, "N", "lower 2 bits of the traffic class, or a name: ect0, ect1, ce", 1, false, 0, named(ecnOf, frame.ParseECN), showIPNumber(ecnOf)},
	{"flow-label", groupIP, "N", "IPv6 flow label", 1, false, 6, number(1<<20-1, flowLabel), showIPHex(flowLabel)},
	{"hop-limit", groupIP, "N", "IPv6 hop limit, IPv4 time to live (--ttl)", 1, false, 0, number(0xff, hopLimit), showIPNumber(hopLimit)},
	{"ip-id", groupIP, "N", "IPv4 identification", 1, false, 4, number(0xffff, ipID), showIPNumber(ipID)},
	{"df", groupIP, "", "IPv4: don't fragment is set; --df=false: it is not", 1, false, 4, dontFragment, showDF},
	{"hop-by-hop", groupIP, "OPTIONS", "IPv6 hop-by-hop options: any, none, pad, router-alert[=N], TYPE=HEX, with commas between", 2, false, 6, options(frame0), showOptions(frame0)},
	{"fragment", groupIP, "WHERE", "any, none, atomic (of IPv6), or of offset=BYTES, more, last, id=N, with commas between", 2, false, 0, fragment, showFragment},
	{"dest-options", groupIP, "OPTIONS", "IPv6 destination options, likewise", 2, false, 6, options(frame60), showOptions(frame60)},
	{"protocol", groupIP, "PROTO", "what IP carries: a number, udp, tcp, icmp or icmpv6", 3, false, 0, protocol, showProtocol},

	{"sport", groupUDP, "PORT", "UDP source port", 6, false, 0, number(0xffff, sport), showPort(sport)},
	{"dport", groupUDP, "PORT", "UDP destination port", 8, false, 0, number(0xffff, dport), showPort(dport)},
	{"payload", groupUDP, "TEXT", "payload, just this text", 16, false, 0, payloadText, showPayload},
	{"payload-hex", groupUDP, "HEX", "payload, just these bytes", 16, false, 0, payloadHex, showPayloadHex},
	{"payload-contains", groupUDP, "TEXT", "text somewhere in the payload (repeatable)", 12, true, 0, payloadContains, showPayload},
	{"payload-size", groupUDP, "N", "bytes of payload", 4, false, 0, number(maxSize, payloadSize), showSize},
	{"udp-checksum", groupUDP, "WHAT", "right, wrong, none, or a number; one left for a device to fill in is right", 2, false, 0, udpChecksum, showChecksum},

	{"pad", groupMore, "N", "bytes behind the IP packet", 1, false, 0, number(maxSize, padding), showPadding},
	{"bad", groupMore, "FAULT", "none, any, checksum, ip-checksum, length, version or truncate", 4, false, 0, bad, showFaults},
}

// slot names what a frame has one of.
func (f *Field) slot() string {
	if f.Name == "payload-hex" {
		return "payload"
	}
	return f.Name
}

// family returns the IP version that a frame must have for the condition to hold, or 0.
func (f *Field) family(want string) int {
	switch {
	case f.Name == "src-ip", f.Name == "dst-ip":
		if a, err := parseAddrs(want); err == nil {
			return a.version()
		}
	case f.only == 6 && want == "none", f.Name == "df" && want == "false":
		return 0
	}
	return f.only
}

// bytes returns what the whole payload is to be.
func (f *Field) bytes(want string) ([]byte, bool) {
	switch f.Name {
	case "payload":
		return []byte(want), true
	case "payload-hex":
		b, err := unhex(want)
		return b, err == nil
	}
	return nil, false
}

package craft

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"netkmsg/frame"
)

// A Field describes a flag of a recipe.
type Field struct {
	Name    string // of the flag, without dashes
	Group   string // for help
	Arg     string // what its value is called in help; empty for a switch
	Default string // as it would be given; empty: none
	Usage   string

	set func(r *Recipe, s string) error
}

// Fields returns all fields of a recipe in the order of a frame's bytes.
func Fields() []Field { return slices.Clone(fields) }

// aliases are second names of fields.
var aliases = map[string]string{"ttl": "hop-limit", "tos": "traffic-class"}

// Aliases returns the second names of fields, and what they stand for.
func Aliases() map[string]string {
	m := make(map[string]string, len(aliases))
	for k, v := range aliases {
		m[k] = v
	}
	return m
}

func lookup(name string) (int, bool) {
	if a, ok := aliases[name]; ok {
		name = a
	}
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
	return i, i >= 0
}

// Groups of fields.
const (
	groupLink    = "Ethernet"
	groupIP      = "IP"
	groupUDP     = "UDP and payload"
	groupFaults  = "Deliberate faults, for testing others"
	groupRepeats = "How many"
)

var fields = []Field{
	{"dst-mac", groupLink, "MAC", "auto", "destination: an address, own, broadcast, random, multicast (of --dst-ip's group); auto: multicast or broadcast", func(r *Recipe, s string) error { return set(&r.TargetMAC, s, ParseMACs) }},
	{"src-mac", groupLink, "MAC", "own", "source: an address, own, random; +N: one that grows by N with every frame", func(r *Recipe, s string) error { return set(&r.SourceMAC, s, ParseMACs) }},
	{"vlan", groupLink, "TAGS", "", "tags, the outer one first: ID[:PCP[d]], as in 100:3,200; d: drop eligible; ad/ID: an S-tag of 802.1ad", func(r *Recipe, s string) error { return set(&r.VLANs, s, ParseVLANs) }},
	{"ethertype", groupLink, "TYPE", "", "EtherType instead of the packet's own", func(r *Recipe, s string) error { return set(&r.EtherType, s, etherType) }},

	{"src-ip", groupIP, "IP", "auto", "source: an address, own (as netconsole chooses), own4, own6, own:N, linklocal; auto: own", func(r *Recipe, s string) error { return set(&r.SourceIP, s, ParseAddrs) }},
	{"dst-ip", groupIP, "IP", "auto", "destination; auto: all nodes of the link, ff02::1 or 255.255.255.255", func(r *Recipe, s string) error { return set(&r.TargetIP, s, ParseAddrs) }},
	{"traffic-class", groupIP, "N", "0", "IPv6 traffic class, IPv4 type of service (--tos)", numeric(func(r *Recipe) *Range { return &r.TrafficClass }, 0xff)},
	{"dscp", groupIP, "N", "", "upper 6 bits of the traffic class, or a name: ef, cs1, af41", func(r *Recipe, s string) error { return class(&r.TrafficClass, s, frame.ParseDSCP, 2, 0x03) }},
	{"ecn", groupIP, "N", "", "lower 2 bits of the traffic class, or a name: ect0, ect1, ce", func(r *Recipe, s string) error { return class(&r.TrafficClass, s, frame.ParseECN, 0, 0xfc) }},
	{"flow-label", groupIP, "N", "0", "IPv6 flow label", numeric(func(r *Recipe) *Range { return &r.FlowLabel }, 1<<20-1)},
	{"hop-limit", groupIP, "N", "64", "IPv6 hop limit, IPv4 time to live (--ttl)", numeric(func(r *Recipe) *Range { return &r.HopLimit }, 0xff)},
	{"ip-id", groupIP, "N", "0", "IPv4 identification", numeric(func(r *Recipe) *Range { return &r.ID }, 0xffff)},
	{"df", groupIP, "", "", "IPv4: don't fragment", func(r *Recipe, s string) error { return set(&r.DontFragment, s, strconv.ParseBool) }},
	{"hop-by-hop", groupIP, "OPTIONS", "", "IPv6 hop-by-hop options: pad, router-alert[=N], TYPE=HEX, with commas between", hopByHop},
	{"fragment", groupIP, "WHERE", "", "IPv6 fragment header: atomic, or of offset=BYTES, more, id=N, with commas between", fragment},
	{"dest-options", groupIP, "OPTIONS", "", "IPv6 destination options, as --hop-by-hop has them", destOptions},

	{"sport", groupUDP, "PORT", "6665", "source port", numeric(func(r *Recipe) *Range { return &r.SourcePort }, 0xffff)},
	{"dport", groupUDP, "PORT", "6666", "destination port", numeric(func(r *Recipe) *Range { return &r.TargetPort }, 0xffff)},
	{"payload", groupUDP, "TEXT", "netkmsg craft", "payload as text", func(r *Recipe, s string) error { return r.Payload.text(s) }},
	{"payload-hex", groupUDP, "HEX", "", "payload as hexadecimal digits; blanks and colons do not count", func(r *Recipe, s string) error { return r.Payload.hex(s) }},
	{"payload-file", groupUDP, "FILE", "", "payload from a file, - for standard input", func(r *Recipe, s string) error { return r.Payload.file(s) }},
	{"payload-pattern", groupUDP, "PATTERN", "", "payload of zeros, ones, count (00 01 02 …), random, number (the frame's, 8 bytes), or HEX over and over; 64 bytes", func(r *Recipe, s string) error { return r.Payload.pattern(s) }},
	{"payload-size", groupUDP, "N", "", "bytes of payload: cut it there, or repeat it", func(r *Recipe, s string) error { return r.Payload.size(s) }},

	{"udp-checksum", groupFaults, "N", "", "UDP checksum instead of the right one; 0: none", func(r *Recipe, s string) error { return set(&r.Checksum, s, checksum) }},
	{"pad", groupFaults, "N", "", "N zero bytes behind the packet; N:0xff fills with another byte", func(r *Recipe, s string) error { return set(&r.Padding, s, padding) }},
	{"bad", groupFaults, "FAULT", "", "checksum, ip-checksum, length, version, truncate=N: spoil it (repeatable)", func(r *Recipe, s string) error { return r.Faults.add(s) }},

	{"count", groupRepeats, "N", "", "frames; 0: until stopped (default: what the sweeps have, else 1)", func(r *Recipe, s string) error { return set(&r.Count, s, number) }},
	{"seed", groupRepeats, "N", "1", "begin of all random parts: the same seed gives the same bytes", func(r *Recipe, s string) error { return set(&r.Seed, s, number) }},
}

// set parses a value into its place, which an error leaves as it was.
func set[T any](p *T, s string, parse func(string) (T, error)) error {
	v, err := parse(s)
	if err == nil {
		*p = v
	}
	return err
}

func numeric(field func(*Recipe) *Range, most uint64) func(*Recipe, string) error {
	return func(r *Recipe, s string) error {
		v, err := ParseRange(s, most)
		if err == nil {
			*field(r) = v
		}
		return err
	}
}

// class changes a part of the traffic class.
func class(r *Range, s string, parse func(string) (uint8, error), shift uint, keep uint64) error {
	v, err := parse(s)
	if err == nil {
		*r = Only(r.first&keep | uint64(v)<<shift)
	}
	return err
}

func number(s string) (uint64, error) {
	v, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		return 0, fmt.Errorf("%q: want a number", s)
	}
	return v, nil
}

func etherType(s string) (uint16, error) {
	v, err := strconv.ParseUint(s, 0, 16)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q: want a number up to 0xffff", s)
	case v == 0:
		return 0, errors.New("0 is no type; want one from 1 to 0xffff")
	}
	return uint16(v), nil
}

func checksum(s string) (Checksum, error) {
	if s == "auto" {
		return Checksum{}, nil
	}
	v, err := strconv.ParseUint(s, 0, 16)
	if err != nil {
		return Checksum{}, fmt.Errorf("%q: want a number up to 0xffff, or auto for the right one", s)
	}
	return Checksum{true, uint16(v)}, nil
}

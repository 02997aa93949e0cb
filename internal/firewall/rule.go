// Package firewall makes, puts in place and takes away the rules that let a
// log through a host's own firewall, in the words of the tool that manages it.
package firewall

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
)

// A Side is the host that the firewall belongs to.
type Side string

// The sides.
const (
	Source      Side = "source"
	Destination Side = "destination"
)

// A Rule accepts one kind of UDP datagrams. Fields with the zero value match
// everything.
type Rule struct {
	Side      Side
	IPv4      bool
	Interface string // by which they come in, or go out
	MAC       frame.MAC
	From, To  netip.Addr
	Port      uint16 // target port
}

// Options narrow the rules down.
type Options struct {
	Side      Side
	Interface string
	MAC       frame.MAC  // of the frames that arrive; destination only
	Source    netip.Addr // in place of the one in CONFIG
}

// Rules returns what the targets need, each rule once.
func Rules(ts []netconsole.Target, o Options) (rs []Rule, err error) {
	if o.Side != Source && o.Side != Destination {
		return nil, fmt.Errorf("--side %q: want source or destination", o.Side)
	}
	if o.Side == Source && o.MAC != (frame.MAC{}) {
		return nil, fmt.Errorf("--mac-source is for --side destination: what leaves a host has no source MAC address yet")
	}
	if strings.ContainsFunc(o.Interface, unfit) {
		return nil, fmt.Errorf("--interface %q: no device has such a name", o.Interface)
	}
	for _, t := range ts {
		r := Rule{Side: o.Side, IPv4: t.RemoteAddr.Is4(), Interface: o.Interface, MAC: o.MAC, From: t.LocalAddr, Port: t.RemotePort}
		if o.Source.IsValid() {
			if o.Source.Is4() != r.IPv4 {
				return nil, fmt.Errorf("--source %s is not of the family of target %s", o.Source, t.RemoteAddr)
			}
			r.From = o.Source
		}
		if o.Side == Source {
			r.To, r.From = t.RemoteAddr, o.Source
		}
		if !slices.Contains(rs, r) {
			rs = append(rs, r)
		}
	}
	return rs, nil
}

// unfit reports whether c could mean something to a shell or a firewall.
func unfit(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-@:", c))
}

// String says what the rule accepts.
func (r Rule) String() string {
	family := "IPv6"
	if r.IPv4 {
		family = "IPv4"
	}
	s := fmt.Sprintf("%s UDP to port %d", family, r.Port)
	if r.To.IsValid() {
		s += " of " + r.To.String()
	}
	if r.From.IsValid() {
		s += " from " + r.From.String()
	}
	if r.MAC != (frame.MAC{}) {
		s += " with source MAC address " + r.MAC.String()
	}
	if r.Interface != "" {
		s += " on " + r.Interface
	}
	return s
}

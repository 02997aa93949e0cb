package frame

import (
	"errors"
	"fmt"
	"net/netip"
)

// What a zero Header.HopLimit stands for: the numbers that are written into the
// kernel's netpoll_send_udp, and that every frame of the corpus has.
const (
	DefaultHopLimit = 32 // IPv6 hop limit
	DefaultTTL      = 64 // IPv4 time to live
)

// Tag protocol identifiers: the EtherTypes that announce a VLAN tag.
const (
	TPIDCustomer uint16 = 0x8100 // IEEE 802.1Q C-tag, the usual one
	TPIDService  uint16 = 0x88a8 // IEEE 802.1ad S-tag, the outer one of a provider
	TPIDStacked  uint16 = 0x9100 // outer tag of switches older than 802.1ad
)

// Endpoint is one end of a flow. It is comparable.
type Endpoint struct {
	MAC  MAC
	Addr netip.Addr // without a zone, which no header field can hold
	Port uint16     // UDP port; 0 is sent as 0
}

// VLAN is a tag of IEEE 802.1Q. It is comparable.
type VLAN struct {
	TPID         uint16 // one of the TPID constants; 0 stands for TPIDCustomer
	Priority     uint8  // PCP, 0 to 7
	DropEligible bool   // DEI
	ID           uint16 // VID, 0 (priority only) to 4094
}

// Header holds what all frames of a flow have in common.
type Header struct {
	Source, Target Endpoint // addresses of one family; IPv4-mapped IPv6 addresses are IPv6

	VLANs []VLAN // outermost first

	TrafficClass uint8  // IPv6 traffic class or IPv4 type of service
	FlowLabel    uint32 // IPv6 only, 20 bits
	HopLimit     uint8  // IPv6 hop limit or IPv4 time to live; 0 stands for the default of the family
	NoHops       bool   // send a hop limit of 0, with which no frame leaves its sender; HopLimit must be 0
	DontFragment bool   // IPv4 only; netpoll leaves it clear

	// What netpoll never sends, for those who test others.

	// EtherType in front of the IP packet; 0 stands for the right one.
	EtherType uint16

	// Extensions stand between the fixed IP header and UDP: a chain of IPv6
	// extension headers, as ChainExtensions makes it, or IPv4 options, in whole
	// words of 4 bytes. The checksum takes no notice of routing headers.
	Extensions []byte
	NextHeader uint8 // what Extensions begins with, IPv6 only; without Extensions it means nothing
}

func (h Header) check() error {
	s, t := h.Source.Addr, h.Target.Addr
	switch {
	case !s.IsValid():
		return errors.New("build frame: no source address")
	case !t.IsValid():
		return errors.New("build frame: no target address")
	case s.Is4() != t.Is4():
		return fmt.Errorf("build frame: source %s and target %s are not of one family: give two IPv4 or two IPv6 addresses", s, t)
	case s.Zone() != "":
		return zoneError("source", s)
	case t.Zone() != "":
		return zoneError("target", t)
	case s.Is4() && h.FlowLabel != 0:
		return fmt.Errorf("build frame: flow label %#x with IPv4 addresses: only IPv6 has one", h.FlowLabel)
	case h.FlowLabel >= 1<<20:
		return fmt.Errorf("build frame: flow label %#x is too large: it has 20 bits, up to 0xfffff", h.FlowLabel)
	case s.Is6() && h.DontFragment:
		return errors.New("build frame: don't fragment with IPv6 addresses: only IPv4 has the flag")
	case h.NoHops && h.HopLimit != 0:
		return fmt.Errorf("build frame: a hop limit of %d and of 0 at once: choose one", h.HopLimit)
	}
	return h.checkExtensions()
}

func (h Header) checkExtensions() error {
	n := len(h.Extensions)
	switch {
	case n == 0:
	case h.Source.Addr.Is4() && (n%4 != 0 || n > 40):
		return fmt.Errorf("build frame: IPv4 options of %s: want a multiple of 4, 40 at most (IHL has 4 bits)", count(n))
	case h.Source.Addr.Is6() && n%4 != 0: // authentication counts in words of 4 (RFC 4302)
		return fmt.Errorf("build frame: extension headers of %s: want whole headers", count(n))
	case n > MaxPayload6:
		return fmt.Errorf("build frame: extension headers of %s: a packet holds %d", count(n), MaxPayload6)
	}
	return nil
}

func zoneError(end string, a netip.Addr) error {
	return fmt.Errorf("build frame: %s %s has a zone, which no header can hold: give %s", end, a, a.WithZone(""))
}

// hopLimit resolves the zero value.
func (h Header) hopLimit() uint8 {
	switch {
	case h.HopLimit != 0 || h.NoHops:
		return h.HopLimit
	case h.Source.Addr.Is4():
		return DefaultTTL
	}
	return DefaultHopLimit
}

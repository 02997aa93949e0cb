package frame

import "fmt"

// LinkType says what the bytes in front of the IP packet are. The numbers are
// those of capture files, LINKTYPE_ in draft-ietf-opsawg-pcaplinktype.
type LinkType uint16

// The link types that can be parsed. So can 12 and 14, which raw IP is called
// in old files, after what DLT_RAW is on various systems.
const (
	LinkNull     LinkType = 0   // BSD loopback: an address family, in the byte order of the machine that captured
	LinkEthernet LinkType = 1   // IEEE 802.3 Ethernet
	LinkRaw      LinkType = 101 // nothing: IPv4 or IPv6 by its version
	LinkLoop     LinkType = 108 // OpenBSD loopback: LinkNull in network byte order
	LinkSLL      LinkType = 113 // Linux cooked, as captured on several devices at once
	LinkIPv4     LinkType = 228 // nothing: IPv4
	LinkIPv6     LinkType = 229 // nothing: IPv6
	LinkSLL2     LinkType = 276 // Linux cooked, second version

	linkRawOld  LinkType = 12
	linkRawOpen LinkType = 14 // OpenBSD
)

// String returns the name that errors and fields use as the layer's.
func (l LinkType) String() string {
	switch l {
	case LinkNull, LinkLoop:
		return "BSD Loopback"
	case LinkEthernet:
		return "Ethernet"
	case LinkRaw, linkRawOld, linkRawOpen, LinkIPv4, LinkIPv6:
		return "Raw IP"
	case LinkSLL:
		return "Linux SLL"
	case LinkSLL2:
		return "Linux SLL2"
	}
	return fmt.Sprintf("link type %d", uint16(l))
}

const (
	nullLen = 4  // an address family
	sllLen  = 16 // packet and device type, the sender's address, an EtherType
	sll2Len = 20 // the EtherType comes first, the device's number is new
)

// size returns the length of the header in front of VLAN tags and packet, and
// -1 for a type that is not known.
func (l LinkType) size() int {
	switch l {
	case LinkEthernet:
		return linkLen
	case LinkNull, LinkLoop:
		return nullLen
	case LinkRaw, linkRawOld, linkRawOpen, LinkIPv4, LinkIPv6:
		return 0
	case LinkSLL:
		return sllLen
	case LinkSLL2:
		return sll2Len
	}
	return -1
}

// ParseLink is [Parse] for a frame of any link type. Where the link has no MAC
// addresses they are zero; a cooked one has the sender's, if it is of
// Ethernet's six bytes. An unknown type is an error that wraps [ErrLinkType].
func ParseLink(l LinkType, b []byte) (f Frame, err error) {
	if err = f.parse(l, b, true); err != nil {
		f = Frame{}
	}
	return f, err
}

// ParseLinkUnverified is ParseLink without a look at checksums, as
// [ParseUnverified].
func ParseLinkUnverified(l LinkType, b []byte) (f Frame, err error) {
	if err = f.parse(l, b, false); err != nil {
		f = Frame{}
	}
	return f, err
}

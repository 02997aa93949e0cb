package frame

import (
	"fmt"
	"net/netip"
)

func wrong(want uint16) string { return fmt.Sprintf("wrong, should be %#04x", want) }

func macNote(m MAC) string {
	switch {
	case m == Broadcast:
		return "broadcast"
	case !m.IsUnicast():
		return "multicast"
	}
	return ""
}

func tagNote(tpid uint16) string {
	switch tpid {
	case TPIDCustomer:
		return "802.1Q C-tag"
	case TPIDService:
		return "802.1ad S-tag"
	}
	return "stacked, older than 802.1ad"
}

func classNote(c uint8) string { return fmt.Sprintf("DSCP %d, ECN %d", c>>2, c&3) }

func hopNote(n, netpoll uint8) string {
	if n == netpoll {
		return "netpoll's"
	}
	return ""
}

func addrNote(a netip.Addr) string {
	switch {
	case a.IsUnspecified():
		return "unspecified"
	case a.IsLoopback():
		return "loopback"
	case a.IsMulticast():
		return "multicast"
	case a.IsLinkLocalUnicast():
		return "link-local"
	case a.Is4In6():
		return "IPv4-mapped"
	case a.IsPrivate():
		return "private"
	case a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "broadcast"
	}
	return ""
}

package match

import (
	"fmt"
	"net/netip"
	"strings"
)

// String describes the frame in one line: addresses, what is unusual about its
// headers, the payload's size and beginning.
func (f Frame) String() string {
	var b strings.Builder
	if f.Layers.Link && (hasMAC(&f, f.Source.MAC) || hasMAC(&f, f.Target.MAC)) {
		fmt.Fprintf(&b, "%s > %s ", f.Source.MAC, f.Target.MAC)
	}
	if tags, _ := showVLANs(&f); len(f.VLANs) > 0 {
		b.WriteString("vlan " + tags + " ")
	}
	switch {
	case f.UDP:
		fmt.Fprintf(&b, "%s > %s ", netip.AddrPortFrom(f.Source.Addr, f.Source.Port), netip.AddrPortFrom(f.Target.Addr, f.Target.Port))
	case f.Version != 0:
		proto, _ := showProtocol(&f)
		if _, err := fmt.Sscanf(proto, "%d", new(int)); err == nil {
			proto = "protocol " + proto
		}
		fmt.Fprintf(&b, "%s > %s %s ", f.Source.Addr, f.Target.Addr, proto)
	case f.EtherType != 0:
		fmt.Fprintf(&b, "type %#04x ", f.EtherType)
	}
	if hasFragment(&f) {
		where, _ := showFragment(&f)
		b.WriteString("fragment " + where + " ")
	}
	fmt.Fprintf(&b, "%d bytes ", len(f.Payload))
	if f.UDP || f.Version == 0 && f.EtherType == 0 {
		b.WriteString(text(f.Payload))
	} else {
		b.WriteString(hexes(f.Payload))
	}
	if faults, _ := showFaults(&f); faults != "none" {
		b.WriteString(" ✗ " + faults)
	}
	return b.String()
}

func text(p []byte) string {
	if len(p) > shown {
		return fmt.Sprintf("%q…", p[:shown])
	}
	return fmt.Sprintf("%q", p)
}

func hexes(p []byte) string {
	if len(p) > shown/2 {
		return fmt.Sprintf("%x…", p[:shown/2])
	}
	return fmt.Sprintf("%x", p)
}

package match

import (
	"fmt"
	"strconv"
	"strings"

	"netkmsg/frame"
)

func dstMAC(f *Frame) frame.MAC { return f.Target.MAC }
func srcMAC(f *Frame) frame.MAC { return f.Source.MAC }

// hasMAC tells frames of links without addresses, and of cooked ones without
// Ethernet's, by the zero address, which no station has.
func hasMAC(f *Frame, m frame.MAC) bool {
	return f.Layers.Link && (f.Link == frame.LinkEthernet && f.Data != nil || m != frame.MAC{})
}

func mac(get func(*Frame) frame.MAC) func(string) (func(*Frame) bool, error) {
	return func(s string) (func(*Frame) bool, error) {
		var fits func(frame.MAC) bool
		switch s {
		case "broadcast":
			fits = func(m frame.MAC) bool { return m == frame.Broadcast }
		case "multicast":
			fits = func(m frame.MAC) bool { return !m.IsUnicast() && m != frame.Broadcast }
		case "unicast":
			fits = frame.MAC.IsUnicast
		default:
			want, err := frame.ParseMAC(s)
			if err != nil {
				return nil, fmt.Errorf("%q: want a MAC address, broadcast, multicast or unicast", s)
			}
			fits = func(m frame.MAC) bool { return m == want }
		}
		return func(f *Frame) bool { m := get(f); return hasMAC(f, m) && fits(m) }, nil
	}
}

func showMAC(get func(*Frame) frame.MAC) func(*Frame) (string, string) {
	return func(f *Frame) (string, string) {
		if m := get(f); hasMAC(f, m) {
			return m.String(), ""
		}
		return "", "none on this link"
	}
}

// tag is what one VLAN tag is to be.
type tag struct {
	frame.VLAN
	ids            span
	anyType, anyPr bool
}

func (t tag) has(v frame.VLAN) bool {
	return t.ids.has(uint64(v.ID)) && (t.anyType || t.TPID == v.TPID) &&
		(t.anyPr || t.Priority == v.Priority && t.DropEligible == v.DropEligible)
}

var tpids = map[string]uint16{
	"q": frame.TPIDCustomer, "8100": frame.TPIDCustomer, "0x8100": frame.TPIDCustomer,
	"ad": frame.TPIDService, "88a8": frame.TPIDService, "0x88a8": frame.TPIDService,
	"9100": frame.TPIDStacked, "0x9100": frame.TPIDStacked,
}

// vlans reads a whole stack of tags, whose types and priorities count where they are given.
func vlans(s string) (func(*Frame) bool, error) {
	switch s {
	case "none":
		return func(f *Frame) bool { return f.Layers.Link && len(f.VLANs) == 0 }, nil
	case "any":
		return func(f *Frame) bool { return len(f.VLANs) > 0 }, nil
	}
	var want []tag
	for part := range strings.SplitSeq(s, ",") {
		t, err := parseTag(part)
		if err != nil {
			return nil, err
		}
		want = append(want, t)
	}
	return func(f *Frame) bool {
		if len(f.VLANs) != len(want) {
			return false
		}
		for i, t := range want {
			if !t.has(f.VLANs[i]) {
				return false
			}
		}
		return true
	}, nil
}

func parseTag(s string) (t tag, err error) {
	bad := fmt.Errorf("%q: want none, any, or tags as ID[:PCP[d]] with ad/, q/ or 9100/ in front, an ID or A-B up to 4095", s)
	rest := s
	t.anyType = true
	if kind, r, ok := strings.Cut(rest, "/"); ok {
		if t.TPID = tpids[kind]; t.TPID == 0 {
			return t, bad
		}
		t.anyType, rest = false, r
	}
	id, pcp, ok := strings.Cut(rest, ":")
	t.anyPr = !ok
	if ok {
		pcp, t.DropEligible = strings.CutSuffix(pcp, "d")
		n, err := strconv.ParseUint(pcp, 10, 8)
		if err != nil || n > 7 {
			return t, bad
		}
		t.Priority = uint8(n)
	}
	if t.ids, err = parseSpan(id, 4095); err != nil {
		return t, bad
	}
	return t, nil
}

func showVLANs(f *Frame) (string, string) {
	if !f.Layers.Link {
		return "", "no link header"
	}
	if len(f.VLANs) == 0 {
		return "none", ""
	}
	var b strings.Builder
	for i, v := range f.VLANs {
		if i > 0 {
			b.WriteByte(',')
		}
		switch v.TPID {
		case frame.TPIDService:
			b.WriteString("ad/")
		case frame.TPIDStacked:
			b.WriteString("9100/")
		}
		fmt.Fprintf(&b, "%d:%d", v.ID, v.Priority)
		if v.DropEligible {
			b.WriteByte('d')
		}
	}
	return b.String(), ""
}

func etherType(s string) (func(*Frame) bool, error) {
	want, ok := map[string]uint64{"ipv4": 0x0800, "ipv6": 0x86dd, "arp": 0x0806}[strings.ToLower(s)]
	if !ok {
		var err error
		if want, err = strconv.ParseUint(s, 0, 16); err != nil {
			return nil, fmt.Errorf("%q: want a number up to 0xffff, ipv4, ipv6 or arp", s)
		}
	}
	return func(f *Frame) bool { return f.Layers.Link && f.EtherType == uint16(want) }, nil
}

func showEtherType(f *Frame) (string, string) {
	if !f.Layers.Link || f.EtherType == 0 {
		return "", "no whole link header"
	}
	return fmt.Sprintf("%#04x", f.EtherType), ""
}

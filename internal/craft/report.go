package craft

import (
	"encoding/hex"
	"fmt"
	"net/netip"

	"netkmsg/frame"
)

// A Report is a frame for programs, what its bytes hold whether right or wrong.
// Of a frame that is cut off, the fields behind the cut are missing.
type Report struct {
	Frame  uint64 `json:"frame"`  // number, from 1
	Length int    `json:"length"` // bytes

	DstMAC    string      `json:"dst_mac,omitempty"`
	SrcMAC    string      `json:"src_mac,omitempty"`
	VLANs     []TagReport `json:"vlans,omitempty"` // the outermost first
	EtherType string      `json:"ethertype,omitempty"`

	Version       *uint `json:"ip_version,omitempty"`
	TrafficClass  *uint `json:"traffic_class,omitempty"` // IPv4: type of service
	DSCP          *uint `json:"dscp,omitempty"`
	ECN           *uint `json:"ecn,omitempty"`
	FlowLabel     *uint `json:"flow_label,omitempty"`     // IPv6
	PayloadLength *uint `json:"payload_length,omitempty"` // IPv6
	NextHeader    *uint `json:"next_header,omitempty"`    // IPv6
	HopLimit      *uint `json:"hop_limit,omitempty"`      // IPv4: time to live

	HeaderLength   *uint  `json:"ip_header_length,omitempty"` // IPv4, bytes
	TotalLength    *uint  `json:"total_length,omitempty"`     // IPv4
	ID             *uint  `json:"ip_id,omitempty"`            // IPv4
	DontFragment   *bool  `json:"df,omitempty"`               // IPv4
	HeaderChecksum string `json:"ip_checksum,omitempty"`      // IPv4
	Options        string `json:"ip_options,omitempty"`       // IPv4

	SrcIP      string            `json:"src_ip,omitempty"`
	DstIP      string            `json:"dst_ip,omitempty"`
	Extensions []ExtensionReport `json:"extensions,omitempty"`

	SrcPort     *uint   `json:"sport,omitempty"`
	DstPort     *uint   `json:"dport,omitempty"`
	UDPLength   *uint   `json:"udp_length,omitempty"`
	UDPChecksum string  `json:"udp_checksum,omitempty"`
	Payload     *string `json:"payload,omitempty"` // hexadecimal, as are …
	Padding     string  `json:"padding,omitempty"`
	Bytes       string  `json:"bytes"` // … and the whole frame

	Deviations []string `json:"faults,omitempty"` // the deliberate ones, in words
}

// TagReport is a VLAN tag.
type TagReport struct {
	TPID     string `json:"tpid"`
	Priority uint   `json:"pcp"`
	DEI      bool   `json:"dei"`
	ID       uint   `json:"id"`
}

// ExtensionReport is an IPv6 extension header.
type ExtensionReport struct {
	Type  uint   `json:"type"`
	Name  string `json:"name"`
	Bytes string `json:"bytes"`

	Offset *uint `json:"offset,omitempty"` // of a fragment, in bytes
	More   *bool `json:"more,omitempty"`
	ID     *uint `json:"id,omitempty"`
}

// Report describes frame i of the recipe's sequence.
func (r *Recipe) Report(s *Sequence, i uint64) (Report, error) {
	b, err := s.Frame(i, nil)
	if err != nil {
		return Report{}, err
	}
	p := Report{Frame: i + 1, Length: len(b), Bytes: hex.EncodeToString(b), Deviations: r.Deviations()}
	v := view{b}
	if v.has(0, 6) {
		p.DstMAC = frame.MAC(b[:6]).String()
	}
	if v.has(6, 6) {
		p.SrcMAC = frame.MAC(b[6:12]).String()
	}
	for at := 12; at < s.ip-2 && v.has(at, 4); at += 4 {
		tci := uint(be.Uint16(b[at+2:]))
		p.VLANs = append(p.VLANs, TagReport{v.hex(at), tci >> 13, tci&0x1000 != 0, tci & 0xfff})
	}
	p.EtherType = v.hex(s.ip - 2)
	p.Version = v.bits(s.ip, 1, 4, 0xf)
	if s.v4 {
		p.ipv4(v, s)
	} else {
		p.ipv6(v, s)
	}
	if p.TrafficClass != nil {
		dscp, ecn := *p.TrafficClass>>2, *p.TrafficClass&3
		p.DSCP, p.ECN = &dscp, &ecn
	}
	p.SrcPort, p.DstPort = v.bits(s.udp, 2, 0, 0xffff), v.bits(s.udp+2, 2, 0, 0xffff)
	p.UDPLength, p.UDPChecksum = v.bits(s.udp+4, 2, 0, 0xffff), v.hex(s.udp+6)
	if end := s.size(i) - len(s.padding); v.has(s.udp+8, 0) {
		x := hex.EncodeToString(b[s.udp+8 : min(end, len(b))])
		p.Payload = &x
		p.Padding = hex.EncodeToString(b[min(end, len(b)):])
	}
	return p, nil
}

func (p *Report) ipv4(v view, s *Sequence) {
	p.HeaderLength = v.bits(s.ip, 1, 0, 0xf)
	if p.HeaderLength != nil {
		*p.HeaderLength *= 4
	}
	p.TrafficClass = v.bits(s.ip+1, 1, 0, 0xff)
	p.TotalLength = v.bits(s.ip+2, 2, 0, 0xffff)
	p.ID = v.bits(s.ip+4, 2, 0, 0xffff)
	if df := v.bits(s.ip+6, 1, 6, 1); df != nil {
		set := *df == 1
		p.DontFragment = &set
	}
	p.HopLimit = v.bits(s.ip+8, 1, 0, 0xff)
	p.NextHeader = v.bits(s.ip+9, 1, 0, 0xff)
	p.HeaderChecksum = v.hex(s.ip + 10)
	p.SrcIP, p.DstIP = v.addr(s.ip+12, 4), v.addr(s.ip+16, 4)
	if v.has(s.ip+20, s.udp-s.ip-20) {
		p.Options = hex.EncodeToString(v.b[s.ip+20 : s.udp])
	}
}

func (p *Report) ipv6(v view, s *Sequence) {
	p.TrafficClass = v.bits(s.ip, 2, 4, 0xff)
	p.FlowLabel = v.bits(s.ip, 4, 0, 0xfffff)
	p.PayloadLength = v.bits(s.ip+4, 2, 0, 0xffff)
	p.NextHeader = v.bits(s.ip+6, 1, 0, 0xff)
	p.HopLimit = v.bits(s.ip+7, 1, 0, 0xff)
	p.SrcIP, p.DstIP = v.addr(s.ip+8, 16), v.addr(s.ip+24, 16)
	for next, at := s.base[s.ip+6], s.ip+40; at < s.udp; {
		n := extensionLen(next, s.base[at:])
		if !v.has(at, n) {
			return
		}
		e := ExtensionReport{Type: uint(next), Name: extensionName(next), Bytes: hex.EncodeToString(v.b[at : at+n])}
		if next == frame.NextFragment {
			place := uint(be.Uint16(v.b[at+2:]))
			more, id := place&1 != 0, uint(be.Uint32(v.b[at+4:]))
			place &^= 7
			e.Offset, e.More, e.ID = &place, &more, &id
		}
		p.Extensions = append(p.Extensions, e)
		next, at = s.base[at], at+n
	}
}

func extensionName(kind uint8) string {
	switch kind {
	case frame.NextHopByHop:
		return "hop-by-hop"
	case frame.NextFragment:
		return "fragment"
	case frame.NextDestination:
		return "dest-options"
	}
	return fmt.Sprint(kind)
}

// size returns the length of frame i before a cut.
func (s *Sequence) size(i uint64) int {
	whole := *s
	whole.still, whole.faults.Truncated = nil, false
	return len(whole.make(i, nil))
}

// A view reads what a frame has not been cut off of.
type view struct{ b []byte }

func (v view) has(at, n int) bool { return at+n <= len(v.b) }

// bits returns a number of 1, 2 or 4 bytes after a shift and under a mask.
func (v view) bits(at, n int, shift, mask uint) *uint {
	if !v.has(at, n) {
		return nil
	}
	var x uint
	for _, c := range v.b[at : at+n] {
		x = x<<8 | uint(c)
	}
	x = x >> shift & mask
	return &x
}

func (v view) hex(at int) string {
	if !v.has(at, 2) {
		return ""
	}
	return fmt.Sprintf("%#04x", be.Uint16(v.b[at:]))
}

func (v view) addr(at, n int) string {
	if !v.has(at, n) {
		return ""
	}
	a, _ := netip.AddrFromSlice(v.b[at : at+n])
	return a.String()
}

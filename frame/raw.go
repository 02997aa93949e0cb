package frame

import "slices"

// EtherTypes of the protocols that find a neighbour's MAC address.
const (
	TypeIPv4 uint16 = 0x0800
	TypeARP  uint16 = 0x0806
	TypeIPv6 uint16 = 0x86dd
)

// Ethernet is a frame of any protocol, of which no more is known than the
// Ethernet header.
type Ethernet struct {
	Target, Source MAC
	VLANs          []VLAN // outermost first
	Type           uint16 // EtherType of the payload
	Payload        []byte // padding included
}

// ParseEthernet takes the Ethernet header and the VLAN tags off. It returns
// false for what is shorter than these. Payload is a part of b.
func ParseEthernet(b []byte) (e Ethernet, ok bool) {
	if len(b) < linkLen {
		return Ethernet{}, false
	}
	e = Ethernet{Target: MAC(b[:6]), Source: MAC(b[6:12]), Type: be.Uint16(b[12:]), Payload: b[linkLen:]}
	for isTPID(e.Type) {
		if len(e.Payload) < tagLen {
			return Ethernet{}, false
		}
		tci := be.Uint16(e.Payload)
		e.VLANs = append(e.VLANs, VLAN{e.Type, uint8(tci >> 13), tci&0x1000 != 0, tci & 0xfff})
		e.Type, e.Payload = be.Uint16(e.Payload[2:]), e.Payload[tagLen:]
	}
	return e, true
}

// Frame returns the frame's bytes, without padding. It refuses tags that do
// not fit, as Header.Template does.
func (e Ethernet) Frame() ([]byte, error) {
	h := Header{Source: Endpoint{MAC: e.Source}, Target: Endpoint{MAC: e.Target}, VLANs: e.VLANs}
	b, err := h.link(e.Type)
	if err != nil {
		return nil, err
	}
	return append(slices.Clip(b), e.Payload...), nil
}

package frame

import (
	"encoding/binary"
	"fmt"

	"github.com/mdlayher/ethernet"
)

const (
	typeIPv4 = uint16(ethernet.EtherTypeIPv4)
	typeIPv6 = uint16(ethernet.EtherTypeIPv6)

	linkLen = 14 // two addresses and an EtherType
	tagLen  = 4  // a tag's control information and the EtherType behind it
)

func isTPID(t uint16) bool {
	return t == TPIDCustomer || t == TPIDService || t == TPIDStacked
}

// link returns the Ethernet header and the VLAN tags in front of a packet of
// type t.
//
// ethernet.Frame knows two tags of fixed types, but a tag is no more than
// another EtherType and two bytes, so the stack is built on an untagged
// header, whose padding is cut off.
func (h Header) link(t uint16) ([]byte, error) {
	types := make([]uint16, 0, len(h.VLANs)+1)
	for i, v := range h.VLANs {
		if v.TPID == 0 {
			v.TPID = TPIDCustomer
		}
		if !isTPID(v.TPID) {
			return nil, fmt.Errorf("build frame: VLAN tag %d: TPID %#04x is unknown: want 0x8100, 0x88a8 or 0x9100", i, v.TPID)
		}
		types = append(types, v.TPID)
	}
	types = append(types, t)

	f := ethernet.Frame{
		Destination: h.Target.MAC[:],
		Source:      h.Source.MAC[:],
		EtherType:   ethernet.EtherType(types[0]),
	}
	b, err := f.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("build frame: Ethernet header: %w", err)
	}
	b = b[:linkLen]
	for i, v := range h.VLANs {
		tag := ethernet.VLAN{Priority: ethernet.Priority(v.Priority), DropEligible: v.DropEligible, ID: v.ID}
		tci, err := tag.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("build frame: VLAN tag %d: %w: ID %d, priority %d: want an ID up to 4094, a priority up to 7", i, err, v.ID, v.Priority)
		}
		b = append(b, tci...)
		b = binary.BigEndian.AppendUint16(b, types[i+1])
	}
	return b, nil
}

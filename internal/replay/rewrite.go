package replay

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"

	"netkmsg/frame"
)

var be = binary.BigEndian

// Rewrite says what becomes of each frame. What is nil or zero stays as it is.
type Rewrite struct {
	SourceMAC, TargetMAC *frame.MAC

	// Addresses go into the packets of their family, and into no others; of
	// packets alone: ARP and neighbour discovery keep what they talk about.
	Source4, Target4, Source6, Target6 netip.Addr

	SourcePort, TargetPort *uint16 // of UDP and TCP

	VLANs *[]frame.VLAN // in place of the tags that there are, outermost first; none takes them off
}

func (w Rewrite) check() error {
	for _, a := range []netip.Addr{w.Source4, w.Target4} {
		if a.IsValid() && !a.Is4() {
			return errors.New("rewrite: not an IPv4 address: " + a.String())
		}
	}
	for _, a := range []netip.Addr{w.Source6, w.Target6} {
		switch {
		case a.IsValid() && !a.Is6():
			return errors.New("rewrite: not an IPv6 address: " + a.String())
		case a.Zone() != "":
			return errors.New("rewrite: an address with a zone, which no header can hold: " + a.String())
		}
	}
	if w.VLANs == nil {
		return nil
	}
	_, err := w.tags()
	return err
}

// tags returns the bytes of the VLAN tags, each with the EtherType that
// announces it in front.
func (w Rewrite) tags() ([]byte, error) {
	a := netip.IPv4Unspecified()
	t, err := frame.Header{Source: frame.Endpoint{Addr: a}, Target: frame.Endpoint{Addr: a}, VLANs: *w.VLANs}.Template()
	if err != nil {
		return nil, err
	}
	f, err := t.Append(nil, nil)
	if err != nil {
		return nil, err
	}
	return f[12:][:4*len(*w.VLANs)], nil
}

// apply returns the rewritten frame, a copy, and whether it carries an IP packet.
func (w Rewrite) apply(b []byte) (f []byte, ip bool) {
	f = slices.Clone(b)
	if w.TargetMAC != nil {
		copy(f, w.TargetMAC[:])
	}
	if w.SourceMAC != nil {
		copy(f[6:], w.SourceMAC[:])
	}
	y := frame.Dissect(frame.LinkEthernet, f)
	if y.Version > 0 {
		w.packet(f, &y)
	}
	if w.VLANs != nil {
		tags, _ := w.tags() // checked before
		f = slices.Replace(f, 12, 12+4*len(y.VLANs), tags...)
	}
	return f, y.Version > 0
}

// packet rewrites addresses and ports where they stand.
func (w Rewrite) packet(f []byte, y *frame.Layers) {
	ip := f[14+4*len(y.VLANs):]
	var header []byte // the IPv4 header's checksum
	src, dst := w.Source6, w.Target6
	at, size := 8, 16
	if y.Version == 4 {
		src, dst = w.Source4, w.Target4
		at, size = 12, 4
		header = ip[10:12]
	}
	transport, data := checksum(f, y)
	if src.IsValid() {
		replace(ip[at:at+size], src.AsSlice(), header, transport)
	}
	if dst.IsValid() {
		covered := transport
		if routed(y) {
			covered = field{}
		}
		replace(ip[at+size:at+2*size], dst.AsSlice(), header, covered)
	}
	if len(data) < 4 || y.Protocol != 17 && y.Protocol != 6 {
		return
	}
	if w.SourcePort != nil {
		replace(data[:2], be.AppendUint16(nil, *w.SourcePort), nil, transport)
	}
	if w.TargetPort != nil {
		replace(data[2:4], be.AppendUint16(nil, *w.TargetPort), nil, transport)
	}
}

// A field is a checksum that covers the addresses, in the frame.
type field struct {
	at  []byte // two bytes; nil: none
	udp bool
}

// checksum finds the transport's checksum, which only the first fragment has,
// and what the transport protocol's header begins.
func checksum(f []byte, y *frame.Layers) (sum field, data []byte) {
	if y.Fragment.Offset > 0 {
		return field{}, nil
	}
	size := len(y.Payload)
	if y.UDP {
		size += 8
	}
	end := len(f) - len(y.Padding)
	data = f[end-size : end]
	at := map[uint8]int{6: 16, 17: 6, 58: 2, 136: 6}[y.Protocol] // TCP, UDP, ICMPv6, UDP-Lite
	switch {
	case at == 0 || len(data) < at+2 || y.Protocol == 58 && y.Version == 4:
		return field{}, data
	case y.Protocol == 17 && be.Uint16(data[at:]) == 0: // none
		return field{}, data
	}
	return field{data[at : at+2], y.Protocol == 17 || y.Protocol == 136}, data
}

const routing = 43 // the routing header's number (RFC 8200, section 4.4)

// routed reports whether the pseudo header has another destination than the
// IPv6 header: that of a routing header with segments left.
func routed(y *frame.Layers) bool {
	return slices.ContainsFunc(y.Extensions, func(e frame.Extension) bool {
		return e.Type == routing && e.Body[3] > 0
	})
}

// replace puts new in the place of old and updates the checksums.
func replace(old, new, header []byte, transport field) {
	if header != nil {
		be.PutUint16(header, frame.UpdateChecksum(be.Uint16(header), old, new))
	}
	if c := transport.at; c != nil {
		update := frame.UpdateChecksum
		if transport.udp {
			update = frame.UpdateUDPChecksum
		}
		be.PutUint16(c, update(be.Uint16(c), old, new))
	}
	copy(old, new)
}

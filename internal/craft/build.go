package craft

import (
	"fmt"

	"netkmsg/frame"
)

// Sequence checks the recipe and lays out its frames as they leave a host by
// one of its devices. Errors name the flag and the reason; nothing is wrong
// with a frame but what the recipe asks for.
func (r Recipe) Sequence(h Host) (*Sequence, error) {
	e, err := r.resolve(h)
	if err != nil {
		return nil, err
	}
	if err := r.check(e); err != nil {
		return nil, err
	}
	s := &Sequence{
		seed: r.Seed, v4: e.src.addr.Is4(), group: e.group,
		padding: r.Padding, checksum: r.Checksum, faults: r.Faults,
		header: r.header(e), id: uint16(r.ID.first),
	}
	t, err := s.header.Template()
	if err != nil {
		return nil, err // check has missed it
	}
	t.SetID(s.id)
	s.ip, s.udp = 14+4*len(r.VLANs), t.HeaderLen()-8

	if err := r.holds(s.v4, t.HeaderLen()-s.ip); err != nil {
		return nil, err
	}

	all := r.axes(e, s.ip)
	for _, a := range all {
		if a.kind != fixed {
			s.axes = append(s.axes, a)
		}
	}
	if s.count, err = r.frames(s.axes); err != nil {
		return nil, err
	}
	var payload []byte
	sizes := r.Payload.sizes()
	s.tail = r.Payload.tail(uint64(len(all)))
	if s.tail == nil {
		payload = r.Payload.bytes(int(sizes.first))
	} else if sizes.kind == fixed {
		s.axes = append(s.axes, axis{kind: walk, first: sizes.first}) // stays where it is
	}
	if s.base, err = t.Append(nil, payload); err != nil {
		return nil, fmt.Errorf("--payload-size: %w", err)
	}
	if r.Faults.Version {
		s.base[s.ip] = 0x50 | s.base[s.ip]&15
		if s.v4 { // the fault is to be the only one
			head := s.base[s.ip:s.udp]
			head[10], head[11] = 0, 0
			be.PutUint16(head[10:], frame.Checksum(head))
		}
	}
	s.ipSum, s.udpSum = be.Uint16(s.base[s.ip+10:]), be.Uint16(s.base[s.udp+6:])
	s.longest = t.HeaderLen() + int(sizes.most()) + len(r.Padding)
	if err := r.fits(s, h); err != nil {
		return nil, err
	}
	if len(s.axes) == 0 {
		s.still = s.make(0, nil)
	}
	return s, nil
}

// header returns the header of the first frame.
func (r *Recipe) header(e ends) frame.Header {
	h := frame.Header{
		Source:       frame.Endpoint{MAC: e.srcMAC.mac, Addr: e.src.addr, Port: uint16(r.SourcePort.first)},
		Target:       frame.Endpoint{MAC: e.dstMAC.mac, Addr: e.dst.addr, Port: uint16(r.TargetPort.first)},
		TrafficClass: uint8(r.TrafficClass.first),
		FlowLabel:    uint32(r.FlowLabel.first),
		HopLimit:     uint8(r.HopLimit.first),
		NoHops:       r.HopLimit.first == 0,
		DontFragment: r.DontFragment,
		EtherType:    r.EtherType,
		Extensions:   r.Options,
	}
	for _, v := range r.VLANs {
		h.VLANs = append(h.VLANs, v.tag())
	}
	if e.src.addr.Is6() {
		h.Extensions = nil
		if len(r.Extensions) > 0 {
			h.NextHeader, h.Extensions = frame.ChainExtensions(r.Extensions...)
		}
	}
	return h
}

// tail returns the payload if it varies.
func (p *Payload) tail(field uint64) *tail {
	sizes := p.sizes()
	if sizes.kind == fixed && !p.Random && !p.Number {
		return nil
	}
	t := &tail{random: p.Random, number: p.Number, field: field}
	if !p.Random {
		t.data = p.bytes(int(sizes.most()))
	}
	if !p.Random && !p.Number {
		t.sums = sums(t.data)
	}
	return t
}

// frames returns how many there are, 0 for no end.
func (r *Recipe) frames(axes []axis) (uint64, error) {
	n, ok := combinations(axes)
	if r.Given("count") {
		return r.Count, nil
	}
	if !ok {
		return 0, faultf("count", "the sweeps together have more than 2^64 frames: give their number, or 0 for no end")
	}
	for _, a := range axes {
		if a.kind == walk && n == 1 {
			return 0, faultf("count", "a step on with every frame has no end: give the number of frames, or 0 for no end")
		}
	}
	return n, nil
}

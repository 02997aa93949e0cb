package craft

import "netkmsg/frame"

// check refuses what contradicts itself.
func (r *Recipe) check(e ends) error {
	v4 := e.src.addr.Is4()
	p := &r.Payload
	switch {
	case p.File != "":
		return &FieldError{"payload-file", errNotLoaded}
	case p.two != "":
		return faultf(p.from, "--%s gives a payload too: give one", p.two)
	case r.Given("traffic-class") && (r.Given("dscp") || r.Given("ecn")):
		return faultf("traffic-class", "--dscp and --ecn are its two parts: give it, or them")
	case r.Checksum.Fixed && r.Faults.UDPChecksum:
		return faultf("bad", "checksum: --udp-checksum gives one already")
	}
	for _, name := range []string{"flow-label", "hop-by-hop", "dest-options", "fragment"} {
		if v4 && r.Given(name) {
			return faultf(name, "only IPv6 has it, and %s to %s are IPv4", e.src.addr, e.dst.addr)
		}
	}
	for _, name := range []string{"ip-id", "df"} {
		if !v4 && r.Given(name) {
			return faultf(name, "only IPv4 has it, and %s to %s are IPv6: give --dst-ip", e.src.addr, e.dst.addr)
		}
	}
	if !v4 && r.Faults.IPChecksum {
		return faultf("bad", "ip-checksum: IPv6 has none, and %s to %s are IPv6: give --dst-ip", e.src.addr, e.dst.addr)
	}
	switch {
	case v4 && len(r.Extensions) > 0:
		return faultf("like", "the frame has IPv6 extension headers, and %s to %s are IPv4", e.src.addr, e.dst.addr)
	case !v4 && len(r.Options) > 0:
		return faultf("like", "the frame has IPv4 options, and %s to %s are IPv6", e.src.addr, e.dst.addr)
	}
	for _, tag := range tpids {
		if r.EtherType == tag {
			return faultf("ethertype", "%#04x begins a tag: give --vlan", tag)
		}
	}
	return nil
}

// payloadFlag names the flag that the payload's size comes from.
func (r *Recipe) payloadFlag() string {
	if !r.Payload.Sized && r.Payload.from != "" {
		return r.Payload.from
	}
	return "payload-size"
}

// holds refuses payloads that the length fields cannot tell, behind headers of
// head bytes, from IP on.
func (r *Recipe) holds(v4 bool, head int) error {
	most := 65535 - head
	if !v4 {
		most += 40
	}
	if r.Faults.Length {
		most -= 8
	}
	if n := r.Payload.sizes().most(); n > uint64(max(most, 0)) {
		return faultf(r.payloadFlag(), "%d bytes: the length fields hold %d behind these headers", n, most)
	}
	return nil
}

// fits refuses frames that are too long or too short for the device, and cuts
// that cut nothing off.
func (r *Recipe) fits(s *Sequence, h Host) error {
	sizes := r.Payload.sizes()
	length := s.longest
	if r.Faults.Truncated {
		length = r.Faults.Size
		if shortest := s.longest - int(sizes.most()-sizes.first); length >= shortest {
			return faultf("bad", "truncate=%d: the frame has %d bytes", length, shortest)
		}
	}
	if h.MTU == 0 {
		return nil
	}
	limit := h.MTU + 14
	if len(r.VLANs) > 0 && r.VLANs[0].TPID == frame.TPIDCustomer {
		limit += 4 // as packet sockets allow, once
	}
	switch {
	case length > limit:
		return faultf(r.payloadFlag(), "a frame of %d bytes: %s takes %d (MTU %d): make it shorter by %d", length, h.Device, limit, h.MTU, length-limit)
	case length < 14:
		return faultf("bad", "truncate=%d: no device sends less than the 14 bytes of an Ethernet header", length)
	}
	return nil
}

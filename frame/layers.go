package frame

func (t *table) ipv4(f Frame) {
	t.layer = "IPv4"
	h := f.raw[f.ip:f.udp]
	t.dec("Version", 4, "")
	t.dec("IHL", 4, count(len(h)))
	t.hex("Type of Service", 8, classNote(f.TrafficClass))
	t.dec("Total Length", 16, "header, UDP header and payload")
	t.dec("Identification", 16, "")
	t.dec("Reserved Flag", 1, "")
	t.dec("Don't Fragment", 1, "")
	t.dec("More Fragments", 1, "")
	t.dec("Fragment Offset", 13, "")
	t.dec("Time to Live", 8, hopNote(f.HopLimit, DefaultTTL))
	t.dec("Protocol", 8, "UDP")
	note := "right"
	if Checksum(h) != 0 {
		note = wrong(ipv4Checksum(h))
	}
	t.hex("Header Checksum", 16, note)
	t.add("Source Address", 32, f.Source.Addr.String(), addrNote(f.Source.Addr))
	t.add("Destination Address", 32, f.Target.Addr.String(), addrNote(f.Target.Addr))
	t.rest("Options", f.udp)
}

func (t *table) ipv6(f Frame) {
	t.layer = "IPv6"
	t.dec("Version", 4, "")
	t.hex("Traffic Class", 8, classNote(f.TrafficClass))
	t.hex("Flow Label", 20, "")
	t.dec("Payload Length", 16, "all behind this header")
	t.nextHeader()
	t.dec("Hop Limit", 8, hopNote(f.HopLimit, DefaultHopLimit))
	t.add("Source Address", 128, f.Source.Addr.String(), addrNote(f.Source.Addr))
	t.add("Destination Address", 128, f.Target.Addr.String(), addrNote(f.Target.Addr))
	for next := f.NextHeader; next != protoUDP; {
		h := f.raw[t.at/8 : f.udp]
		t.extension(next, t.at/8+extensionLen(next, h))
		next = h[0]
	}
}

func (t *table) extension(kind uint8, end int) {
	t.layer = extension(kind)
	t.nextHeader()
	if kind == extFragment {
		t.hex("Reserved", 8, "")
		t.dec("Fragment Offset", 13, "")
		t.dec("Res", 2, "")
		t.dec("M flag", 1, "a datagram in one piece")
		t.hex("Identification", 32, "")
		return
	}
	t.dec(extensionLenName(kind), 8, count(end-t.at/8+1))
	switch kind {
	case extRouting:
		t.dec("Routing Type", 8, "")
		t.dec("Segments Left", 8, "")
		t.rest("type-specific data", end)
	case extAH:
		t.hex("RESERVED", 16, "")
		t.hex("Security Parameters Index", 32, "")
		t.dec("Sequence Number", 32, "")
		t.rest("Integrity Check Value", end)
	default:
		t.rest("Options", end)
	}
}

func (t *table) nextHeader() {
	next := uint8(t.peek(8))
	name := extension(next)
	if next == protoUDP {
		name = "UDP"
	}
	t.dec("Next Header", 8, name)
}

func (t *table) udp(f Frame) {
	t.layer = "UDP"
	t.dec("Source Port", 16, "")
	t.dec("Destination Port", 16, "")
	t.dec("Length", 16, "header and payload")
	want, note := f.udpChecksum(), "right"
	switch {
	case f.UDPChecksum == 0 && f.IsIPv4():
		note = "none"
	case f.UDPChecksum != want:
		note = wrong(want)
	}
	t.hex("Checksum", 16, note)
	t.layer = "Payload"
	t.text("Data", f.Payload)
	t.layer = f.link.String()
	t.rest("Padding", len(f.raw))
}

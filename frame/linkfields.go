package frame

// linkLayer adds all in front of the IP packet.
func (t *table) linkLayer(f Frame) {
	t.layer = f.link.String()
	switch f.link {
	case LinkEthernet:
		t.add("Destination Address", 48, f.Target.MAC.String(), macNote(f.Target.MAC))
		t.add("Source Address", 48, f.Source.MAC.String(), macNote(f.Source.MAC))
	case LinkSLL:
		t.dec("Packet Type", 16, packetNote(t.peek(16)))
		t.dec("ARPHRD Type", 16, "")
		t.dec("Address Length", 16, "")
		t.cookedAddress(f)
	case LinkSLL2:
		t.etherType(f, 0)
		t.hex("Reserved", 16, "")
		t.dec("Interface Index", 32, "")
		t.dec("ARPHRD Type", 16, "")
		t.dec("Packet Type", 8, packetNote(t.peek(8)))
		t.dec("Address Length", 8, "")
		t.cookedAddress(f)
	case LinkNull, LinkLoop:
		t.hex("Address Family", 32, ipNote(f))
		return
	default:
		return
	}
	for i := range f.NumVLAN() {
		if f.tpid(i) > 0 {
			t.etherType(f, i)
		}
		t.layer = "VLAN"
		t.dec("PCP", 3, "")
		t.dec("DEI", 1, "")
		t.dec("VID", 12, "")
	}
	if n := f.NumVLAN(); f.tpid(n) > 0 {
		t.etherType(f, n)
	}
}

// etherType adds the type of what the i'th tag would be: a tag or the packet.
func (t *table) etherType(f Frame, i int) {
	if i < f.NumVLAN() {
		t.layer = "VLAN"
		t.hex("TPID", 16, tagNote(uint16(t.peek(16))))
	} else {
		t.layer = f.link.String()
		t.hex(f.link.typeName(), 16, ipNote(f))
	}
	t.layer = f.link.String()
}

// cookedAddress adds the sender's address and what fills it up to 8 bytes.
func (t *table) cookedAddress(f Frame) {
	at := t.at / 8
	if f.Source.MAC == (MAC{}) {
		t.add("Source Address", 64, shorten(t.raw[at:at+8], 8, "%x"), "")
		return
	}
	t.add("Source Address", 48, f.Source.MAC.String(), macNote(f.Source.MAC))
	t.hex("Unused", 16, "")
}

func ipNote(f Frame) string {
	if f.IsIPv4() {
		return "IPv4"
	}
	return "IPv6"
}

// packetNote says what the kernel that captured took the packet for.
func packetNote(kind uint32) string {
	switch kind {
	case 0:
		return "to us"
	case 1:
		return "broadcast"
	case 2:
		return "multicast"
	case 3:
		return "to another host"
	case 4:
		return "sent by us"
	}
	return ""
}

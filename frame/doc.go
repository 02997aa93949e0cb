// Package frame builds and takes apart the Ethernet frames that the kernel's
// netconsole sends: one UDP datagram over IPv6 or IPv4, addressed to a MAC
// address chosen by the caller, bit for bit as netpoll assembles it.
//
// A [Header] says what is the same in every frame of a flow; [Header.Template]
// turns it into bytes once. For each frame the caller leaves room for the
// headers, writes the payload behind it, and calls [Template.Seal], which fills
// in headers, lengths and checksums where they stand, without allocation:
//
//	t, err := frame.Header{
//		Source: frame.Endpoint{MAC: mac, Addr: netip.MustParseAddr("fe80::1"), Port: 6665},
//		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr("fe80::2"), Port: 6666},
//	}.Template()
//	if err != nil {
//		return err
//	}
//	buf := make([]byte, t.HeaderLen(), 2048)
//	buf = append(buf, "[    8.417578] usb 1-1: new device\n"...)
//	if err := t.Seal(buf); err != nil {
//		return err
//	}
//
// As netpoll, it never pads a frame to Ethernet's 60 bytes, never looks at an
// MTU, never fragments, and always fills in the UDP checksum. For those who test
// others a Header also has what netpoll never sends: IPv4 options and IPv6
// extension headers (see [ChainExtensions]), a hop limit of 0, another EtherType.
// A frame that differs from another in a few bytes needs no second summing up:
// see [UpdateChecksum].
//
// [Parse] goes the other way. It verifies every length and checksum, allocates
// nothing for a good frame, and says of a bad one which field of which layer
// is wrong, where it stands, what it holds and what it should hold. It accepts
// more than Seal makes: IPv4 options, IPv6 extension headers, and bytes behind
// the packet. [Frame.Fields] lists a frame field by field, [Faults] all that is
// wrong with it. [ParseLink] does the same for what captures hold besides
// Ethernet, and a [Defragmenter] for datagrams that come in fragments.
//
// The package deals in values and bytes only. It opens no socket, asks nothing
// of the operating system, reads no clock, and knows nothing of log records:
// frames travel by package frame/wire, are kept by package frame/pcap, and
// their payloads are made elsewhere.
package frame

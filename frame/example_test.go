package frame_test

import (
	"errors"
	"fmt"
	"log"
	"net/netip"

	"netkmsg/frame"
)

// A template is built once; the payloads are written behind the room for its
// headers and sealed there.
func Example() {
	t, err := frame.Header{
		Source: frame.Endpoint{MAC: frame.MAC{0x52, 0x54, 0, 0, 0, 1}, Addr: netip.MustParseAddr("fe80::1"), Port: 6665},
		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: netip.MustParseAddr("fe80::2"), Port: 6666},
	}.Template()
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, t.HeaderLen(), 2048)
	for _, line := range []string{"[    0.000000] Linux version 7.3.4\n", "[    0.004000] Command line: quiet\n"} {
		b := append(buf, line...)
		if err := t.Seal(b); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d bytes, UDP header %x\n", len(b), b[t.HeaderLen()-8:t.HeaderLen()])
	}
	// Output:
	// 97 bytes, UDP header 1a091a0a002b8590
	// 97 bytes, UDP header 1a091a0a002b1444
}

// IPv4 frames carry a number that the caller counts, here behind two VLAN tags.
func ExampleTemplate_Append() {
	t, err := frame.Header{
		Source: frame.Endpoint{MAC: frame.MAC{0x52, 0x54, 0, 0, 0, 1}, Addr: netip.MustParseAddr("192.0.2.1"), Port: 6665},
		Target: frame.Endpoint{MAC: frame.MAC{0x52, 0x54, 0, 0, 0, 2}, Addr: netip.MustParseAddr("192.0.2.2"), Port: 6666},
		VLANs:  []frame.VLAN{{TPID: frame.TPIDService, ID: 100}, {ID: 7}},
	}.Template()
	if err != nil {
		log.Fatal(err)
	}
	t.SetID(1)
	b, err := t.Append(nil, []byte("hello\n"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("tags %x\nIPv4 %x\n", b[12:22], b[22:42])
	// Output:
	// tags 88a80064810000070800
	// IPv4 45000022000100004011f6c6c0000201c0000202
}

func ExampleParse() {
	t, err := frame.Header{
		Source: frame.Endpoint{Addr: netip.MustParseAddr("2001:db8::1"), Port: 6665},
		Target: frame.Endpoint{Addr: netip.MustParseAddr("2001:db8::2"), Port: 6666},
	}.Template()
	if err != nil {
		log.Fatal(err)
	}
	b, err := t.Append(nil, []byte("hello"))
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.Parse(b)
	fmt.Printf("%s port %d: %q, %v\n", f.Source.Addr, f.Source.Port, f.Payload, err)

	b[62] = 'H' // damaged on the way
	_, err = frame.Parse(b)
	fmt.Println(err)
	fmt.Println(errors.Is(err, frame.ErrChecksum))

	b[12], b[13] = 0x08, 0x06 // something else
	_, err = frame.Parse(b)
	fmt.Println(err)
	fmt.Println(errors.Is(err, frame.ErrNotUDP))
	// Output:
	// 2001:db8::1 port 6665: "hello", <nil>
	// parse frame: UDP Checksum at byte 60 is 0x2c7a, want 0x4c7a: damaged, or left for the device to fill in
	// true
	// parse frame: Ethernet EtherType at byte 12 is 0x0806, want 0x86dd (IPv6) or 0x0800 (IPv4): not UDP over IPv6 or IPv4
	// true
}

func ExampleFrame_Fields() {
	t, err := frame.Header{
		Source: frame.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 6665},
		Target: frame.Endpoint{Addr: netip.MustParseAddr("192.0.2.2"), Port: 6666},
	}.Template()
	if err != nil {
		log.Fatal(err)
	}
	b, err := t.Append(nil, []byte("hello\n"))
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.Parse(b)
	if err != nil {
		log.Fatal(err)
	}
	for _, fd := range f.Fields() {
		if fd.Layer == "UDP" || fd.Layer == "Payload" {
			fmt.Printf("byte %d: %s %s = %s (%s)\n", fd.Offset/8, fd.Layer, fd.Name, fd.Value, fd.Note)
		}
	}
	// Output:
	// byte 34: UDP Source Port = 6665 ()
	// byte 36: UDP Destination Port = 6666 ()
	// byte 38: UDP Length = 14 (header and payload)
	// byte 40: UDP Checksum = 0x03df (right)
	// byte 42: Payload Data = "hello\n" (6 bytes)
}

func ExampleMAC_LinkLocal() {
	m, err := frame.ParseMAC("52:54:00:12:34:56")
	fmt.Println(m.LinkLocal(), err)
	// Output: fe80::5054:ff:fe12:3456 <nil>
}

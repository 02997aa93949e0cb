package frame

import (
	"fmt"
	"net"
	"net/netip"
)

// MAC is a 48-bit Ethernet address in the order of transmission.
// It is comparable; the zero value is the address 00:00:00:00:00:00.
type MAC [6]byte

// Broadcast is ff:ff:ff:ff:ff:ff, which every station on the link receives
// and which netconsole sends to when it is told no other address.
var Broadcast = MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// ParseMAC reads the one form that the kernel's mac_pton knows: six bytes of
// two hexadecimal digits in either case with colons between them. Unlike
// mac_pton it takes nothing behind these 17 characters.
func ParseMAC(s string) (MAC, error) {
	var m MAC
	if len(s) != 17 {
		return MAC{}, macError(s)
	}
	for i := range m {
		hi, lo := hexDigit(s[3*i]), hexDigit(s[3*i+1])
		if hi > 15 || lo > 15 || i > 0 && s[3*i-1] != ':' {
			return MAC{}, macError(s)
		}
		m[i] = hi<<4 | lo
	}
	return m, nil
}

func macError(s string) error {
	return fmt.Errorf("parse MAC address %q: want six bytes in hexadecimal, as in 00:11:22:aa:bb:cc", s)
}

// hexDigit returns a digit's value, and something above 15 for anything else.
func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

// MACFrom converts an address of package net, which may be of another length
// than Ethernet's six bytes (InfiniBand has 20, a tunnel none): that is an error.
func MACFrom(a net.HardwareAddr) (MAC, error) {
	if len(a) != len(MAC{}) {
		return MAC{}, fmt.Errorf("convert hardware address %q: it has %d bytes, an Ethernet address has 6", a.String(), len(a))
	}
	return MAC(a), nil
}

// String returns the address as ParseMAC reads it, in lower case.
func (m MAC) String() string {
	const digits = "0123456789abcdef"
	var b [17]byte
	for i, x := range m {
		b[3*i], b[3*i+1] = digits[x>>4], digits[x&15]
		if i > 0 {
			b[3*i-1] = ':'
		}
	}
	return string(b[:])
}

// IsUnicast reports whether the group bit of IEEE 802, the lowest of the first
// byte, is clear. It is set in multicast and broadcast addresses.
func (m MAC) IsUnicast() bool { return m[0]&1 == 0 }

// LinkLocal returns the IPv6 link-local address, without a zone, that a device
// with this MAC forms by itself: fe80::/64 followed by the modified EUI-64
// (RFC 4291, section 2.5.6 and appendix A).
func (m MAC) LinkLocal() netip.Addr {
	return netip.AddrFrom16([16]byte{
		0: 0xfe, 1: 0x80,
		8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5],
	})
}

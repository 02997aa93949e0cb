package frame

import (
	"fmt"
	"math/bits"
)

// parseLink returns the type of the packet that begins at f.ip.
func (f *Frame) parseLink() (kind uint16, err error) {
	b := f.raw
	if f.link == LinkEthernet && len(b) >= linkLen {
		f.Target.MAC, f.Source.MAC = MAC(b[0:6]), MAC(b[6:12])
		f.ip, kind = linkLen, be.Uint16(b[linkLen-2:])
	} else if kind, err = f.otherLink(); err != nil {
		return 0, err
	}
	for i := 0; isTPID(kind); i++ {
		if len(b) < f.ip+tagLen {
			return 0, f.shortTag(i)
		}
		kind = be.Uint16(b[f.ip+2:])
		f.ip += tagLen
	}
	return kind, nil
}

// otherLink is parseLink up to the first tag, for all but a whole Ethernet
// header.
func (f *Frame) otherLink() (uint16, error) {
	b, size := f.raw, f.link.size()
	switch {
	case size < 0:
		return 0, &ParseError{"Link", "type", 0, fmt.Sprint(uint16(f.link)), "0, 1, 12, 14, 101, 108, 113, 228, 229 or 276", ErrLinkType}
	case len(b) < size:
		return 0, short(f.link.String(), 0, len(b), size)
	}
	f.ip = size
	switch f.link {
	case LinkSLL:
		if be.Uint16(b[4:]) == 6 {
			f.Source.MAC = MAC(b[6:12])
		}
		return be.Uint16(b[14:]), nil
	case LinkSLL2:
		if b[11] == 6 {
			f.Source.MAC = MAC(b[12:18])
		}
		return be.Uint16(b), nil
	}
	return f.untyped()
}

// untyped finds out what a link without EtherTypes carries.
func (f *Frame) untyped() (uint16, error) {
	b := f.raw
	switch f.link {
	case LinkIPv4:
		return typeIPv4, nil
	case LinkIPv6:
		return typeIPv6, nil
	case LinkNull, LinkLoop:
		if kind := family(b); kind != 0 {
			return kind, nil
		}
		return 0, &ParseError{f.link.String(), "Address Family", 0, fmt.Sprintf("%#08x", be.Uint32(b)),
			"2 (IPv4), 24, 28 or 30 (IPv6) in either byte order", ErrNotUDP}
	}
	if len(b) == 0 {
		return 0, short("IP", 0, 0, ipv4Len)
	}
	switch b[0] >> 4 {
	case 4:
		return typeIPv4, nil
	case 6:
		return typeIPv6, nil
	}
	return 0, f.bad("IP", "Version", 0, int(b[0]>>4), "4 or 6")
}

// family returns the EtherType for a BSD address family, 0 for one that is
// not IP. IPv6 is 24 in NetBSD and OpenBSD, 28 in FreeBSD, 30 in macOS.
func family(b []byte) uint16 {
	v := be.Uint32(b)
	if v > 0xffff {
		v = bits.ReverseBytes32(v)
	}
	switch v {
	case 2:
		return typeIPv4
	case 24, 28, 30:
		return typeIPv6
	}
	return 0
}

// tpid returns where the TPID of the i'th tag stands. Each is the EtherType of
// what is in front of the tag, which SLL2 has at its beginning.
func (f *Frame) tpid(i int) int {
	if i == 0 && f.link == LinkSLL2 {
		return 0
	}
	return f.link.size() + tagLen*i - 2
}

// shortTag reports that the i'th tag is cut short.
func (f *Frame) shortTag(i int) error {
	at, want := f.tpid(i), tagLen+2
	if at == 0 {
		at, want = sll2Len, tagLen
	}
	return short("VLAN", at, len(f.raw)-at, want)
}

// notIP reports the EtherType of a packet that is not IP.
func (f *Frame) notIP(kind uint16) error {
	at := f.ip - 2
	if f.ip == sll2Len && f.link == LinkSLL2 {
		at = 0
	}
	return &ParseError{f.link.String(), f.link.typeName(), at, fmt.Sprintf("%#04x", kind), "0x86dd (IPv6) or 0x0800 (IPv4)", ErrNotUDP}
}

// typeName returns the name of the field that holds the EtherType.
func (l LinkType) typeName() string {
	if l == LinkEthernet {
		return "EtherType"
	}
	return "Protocol Type"
}

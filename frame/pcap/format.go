package pcap

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"
)

// LinkTypeEthernet is the link type of everything a [Writer] writes (LINKTYPE_ETHERNET).
const LinkTypeEthernet = 1

// MaxFrame is the longest captured packet in bytes that is written or read: tcpdump's MAXIMUM_SNAPLEN. A header that
// claims more is an error, not an allocation.
const MaxFrame = 262144

const (
	fileHeaderLen   = 24 // classic pcap: magic, version, zone, accuracy, snap length, link type
	packetHeaderLen = 16 // classic pcap: seconds, fraction, captured length, original length
)

// classicFormat is what the first four bytes of a classic pcap file say.
type classicFormat struct {
	order binary.ByteOrder
	nanos bool
}

var classicFormats = map[[4]byte]classicFormat{
	{0x4d, 0x3c, 0xb2, 0xa1}: {binary.LittleEndian, true},
	{0xd4, 0xc3, 0xb2, 0xa1}: {binary.LittleEndian, false},
	{0xa1, 0xb2, 0x3c, 0x4d}: {binary.BigEndian, true},
	{0xa1, 0xb2, 0xc3, 0xd4}: {binary.BigEndian, false},
}

var (
	gzipMagic = []byte{0x1f, 0x8b}
	ngMagic   = []byte{0x0a, 0x0d, 0x0d, 0x0a} // the section header's block type, the same in both byte orders
)

func isGzip(head []byte) bool { return bytes.HasPrefix(head, gzipMagic) }

func isNg(head []byte) bool { return bytes.HasPrefix(head, ngMagic) }

func isClassic(head []byte) (classicFormat, bool) {
	if len(head) < 4 {
		return classicFormat{}, false
	}
	f, ok := classicFormats[[4]byte(head)]
	return f, ok
}

// namesNg reports whether a file of this name is written as pcapng.
func namesNg(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".pcapng", ".ntar":
		return true
	}
	return false
}

// usableSnap is the snap length to go by where a file says n: 0 and absurd values mean no limit.
func usableSnap(n uint32) int {
	if n == 0 || n > MaxFrame {
		return MaxFrame
	}
	return int(n)
}

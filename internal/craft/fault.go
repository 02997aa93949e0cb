package craft

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Faults are what is to be wrong about a frame.
type Faults struct {
	UDPChecksum bool // not the right one
	IPChecksum  bool // IPv4's header checksum is not the right one
	Length      bool // UDP's length is 8 more than there is
	Version     bool // IP's version is 5
	Truncated   bool // the frame ends after Size bytes
	Size        int
}

func (f *Faults) add(s string) error {
	switch size, cut := strings.CutPrefix(s, "truncate="); {
	case cut:
		n, err := strconv.ParseUint(size, 0, 17)
		if err != nil || n < 1 {
			return fmt.Errorf("truncate=%s: want the bytes that are to be left, from 1", size)
		}
		f.Truncated, f.Size = true, int(n)
	case s == "checksum":
		f.UDPChecksum = true
	case s == "ip-checksum":
		f.IPChecksum = true
	case s == "length":
		f.Length = true
	case s == "version":
		f.Version = true
	default:
		return fmt.Errorf("%q: want checksum, ip-checksum, length, version or truncate=N", s)
	}
	return nil
}

// Deviations lists what is against the rules in the recipe's frames, by flag,
// for a user to be told of.
func (r *Recipe) Deviations() (list []string) {
	add := func(on bool, format string, args ...any) {
		if on {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	add(r.EtherType != 0, "--ethertype %#04x: the EtherType is not the packet's", r.EtherType)
	add(r.Faults.Version, "--bad version: the IP version is 5")
	add(r.Faults.IPChecksum, "--bad ip-checksum: the IPv4 header checksum is wrong")
	add(r.Faults.Length, "--bad length: the UDP length is 8 bytes more than there are")
	add(r.Faults.UDPChecksum, "--bad checksum: the UDP checksum is wrong")
	add(r.Checksum.Fixed && r.Given("udp-checksum"), "--udp-checksum %#04x: the UDP checksum is not computed", r.Checksum.Value)
	add(r.Given("pad") && len(r.Padding) > 0, "--pad: %d bytes behind the packet", len(r.Padding))
	add(r.Faults.Truncated, "--bad truncate=%d: the frame ends after %d bytes", r.Faults.Size, r.Faults.Size)
	return list
}

// spoil returns another checksum than c, and not 0, which would mean none.
func spoil(c uint16) uint16 {
	if c ^= 0x8000; c != 0 {
		return c
	}
	return 0x4000
}

// padding reads N or N:BYTE.
func padding(s string) ([]byte, error) {
	n, fill, _ := strings.Cut(s, ":")
	if fill == "" {
		fill = "0"
	}
	size, err := strconv.ParseUint(n, 0, 16)
	b, err2 := strconv.ParseUint(fill, 0, 8)
	if errors.Join(err, err2) != nil {
		return nil, fmt.Errorf("%q: want N or N:BYTE, up to 65535 bytes of a value up to 255", s)
	}
	return bytes.Repeat([]byte{byte(b)}, int(size)), nil
}

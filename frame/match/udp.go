package match

import (
	"fmt"
	"strconv"

	"netkmsg/frame"
)

func sport(f *Frame) (uint64, bool) { return uint64(f.Source.Port), f.UDP }
func dport(f *Frame) (uint64, bool) { return uint64(f.Target.Port), f.UDP }

func showPort(get getter) func(*Frame) (string, string) { return show(get, "%d", noUDP) }

// noUDP says why a field of UDP is missing.
func noUDP(f *Frame) string {
	switch {
	case f.Version == 0:
		return noIP(f)
	case f.Fragment.Offset > 0:
		return "a fragment without UDP header"
	case f.Protocol == 17:
		return "the UDP header is cut short"
	}
	return fmt.Sprintf("not UDP but protocol %d", f.Protocol)
}

// A sum is what there is to say of a UDP checksum.
type sum string

const (
	sumNone       sum = "none"
	sumRight      sum = "right"
	sumWrong      sum = "wrong"
	sumUnfinished sum = "left for the device to fill in"
	sumUnknown    sum = "cannot be told, the datagram is not whole"
)

func checksumOf(f *Frame) sum {
	switch {
	case f.UDPChecksum == 0 && f.Version == 4:
		return sumNone
	case f.Unfinished:
		return sumUnfinished
	case f.Fragment.Part():
		return sumUnknown
	}
	for _, e := range frame.Faults(f.Link, f.Data) {
		switch {
		case e.Layer == "UDP" && e.Field == "Checksum":
			return sumWrong
		case e.Err == frame.ErrTruncated:
			return sumUnknown
		}
	}
	return sumRight
}

func udpChecksum(s string) (func(*Frame) bool, error) {
	var accept []sum
	switch s {
	case "right":
		accept = []sum{sumRight, sumUnfinished}
	case "wrong":
		accept = []sum{sumWrong}
	case "none":
		return func(f *Frame) bool { return f.UDP && f.UDPChecksum == 0 && !f.Unfinished }, nil
	default:
		want, err := strconv.ParseUint(s, 0, 16)
		if err != nil {
			return nil, fmt.Errorf("%q: want right, wrong, none or a number up to 0xffff", s)
		}
		return func(f *Frame) bool { return f.UDP && !f.Unfinished && uint64(f.UDPChecksum) == want }, nil
	}
	return func(f *Frame) bool {
		if !f.UDP {
			return false
		}
		got := checksumOf(f)
		for _, a := range accept {
			if got == a {
				return true
			}
		}
		return false
	}, nil
}

func showChecksum(f *Frame) (string, string) {
	if !f.UDP {
		return "", noUDP(f)
	}
	return fmt.Sprintf("%#04x, %s", f.UDPChecksum, checksumOf(f)), ""
}

package match

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"netkmsg/frame"
)

const (
	frame0  = frame.NextHopByHop
	frame60 = frame.NextDestination
)

// optionsOf returns the options, without padding, of a frame's last header of a
// type, as destination options may also stand in front of a routing header; and
// whether there is one.
func optionsOf(f *Frame, kind uint8) (opts []frame.Option, ok bool) {
	for _, e := range slices.Backward(f.Extensions) {
		if e.Type == kind {
			return readOptions(e.Body[2:]), true
		}
	}
	return nil, false
}

// readOptions reads up to an option that does not fit.
func readOptions(b []byte) (opts []frame.Option) {
	for len(b) > 0 {
		switch {
		case b[0] == 0:
			b = b[1:]
			continue
		case len(b) < 2 || int(b[1]) > len(b)-2:
			return append(opts, frame.Option{Type: b[0], Data: b[1:]})
		}
		if b[0] != 1 {
			opts = append(opts, frame.Option{Type: b[0], Data: b[2 : 2+b[1]]})
		}
		b = b[2+b[1]:]
	}
	return opts
}

// options makes a condition on the options that a header has, padding aside.
func options(kind uint8) func(string) (func(*Frame) bool, error) {
	return func(s string) (func(*Frame) bool, error) {
		switch s {
		case "any":
			return func(f *Frame) bool { _, ok := optionsOf(f, kind); return ok }, nil
		case "none":
			return func(f *Frame) bool { _, ok := optionsOf(f, kind); return f.Version != 0 && !ok }, nil
		}
		want, err := parseOptions(s)
		return func(f *Frame) bool {
			got, ok := optionsOf(f, kind)
			return ok && slices.EqualFunc(got, want, func(a, b frame.Option) bool {
				return a.Type == b.Type && bytes.Equal(a.Data, b.Data)
			})
		}, err
	}
}

// parseOptions reads a list of pad (nothing but padding), router-alert[=N] (RFC
// 2711) and TYPE=HEX.
func parseOptions(s string) (opts []frame.Option, err error) {
	for part := range strings.SplitSeq(s, ",") {
		name, value, has := strings.Cut(part, "=")
		if name == "pad" && !has {
			continue
		}
		if name == "router-alert" {
			n, err := strconv.ParseUint(value, 0, 16)
			if has && err != nil {
				return nil, fmt.Errorf("%q: want a number up to 65535", part)
			}
			opts = append(opts, frame.Option{Type: 5, Data: []byte{byte(n >> 8), byte(n)}})
			continue
		}
		kind, err := strconv.ParseUint(name, 0, 8)
		data, err2 := hex.DecodeString(value)
		if err != nil || err2 != nil || !has || kind < 2 {
			return nil, fmt.Errorf("%q: want any, none, pad, router-alert[=N], or TYPE=HEX with a type from 2 to 255", part)
		}
		opts = append(opts, frame.Option{Type: uint8(kind), Data: data})
	}
	return opts, nil
}

func showOptions(kind uint8) func(*Frame) (string, string) {
	return func(f *Frame) (string, string) {
		if f.Version == 0 {
			return "", noIP(f)
		}
		opts, ok := optionsOf(f, kind)
		if !ok {
			return "none", ""
		}
		var list []string
		for _, o := range opts {
			if o.Type == 5 && len(o.Data) == 2 {
				list = append(list, fmt.Sprintf("router-alert=%d", int(o.Data[0])<<8|int(o.Data[1])))
			} else {
				list = append(list, fmt.Sprintf("%d=%x", o.Type, o.Data))
			}
		}
		if len(list) == 0 {
			return "pad", ""
		}
		return strings.Join(list, ","), ""
	}
}

package match

import (
	"bytes"
	"fmt"
	"slices"
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

// parseOptions is for a condition, in which padding has no place.
func parseOptions(s string) ([]frame.Option, error) {
	opts, err := frame.ParseOptions(s)
	if err == nil && slices.ContainsFunc(opts, func(o frame.Option) bool { return o.Type < 2 }) {
		err = fmt.Errorf("%q: types 0 and 1 are padding", s)
	}
	if err != nil {
		err = fmt.Errorf("want any, none or options: %w", err)
	}
	return opts, err
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
			list = append(list, o.String())
		}
		if len(list) == 0 {
			return "pad", ""
		}
		return strings.Join(list, ","), ""
	}
}

package craft

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"netkmsg/frame"
)

func hopByHop(r *Recipe, s string) error {
	opts, err := parseOptions(s)
	if err == nil {
		r.extend(frame.HopByHop(opts...))
	}
	return err
}

func destOptions(r *Recipe, s string) error {
	opts, err := parseOptions(s)
	if err == nil {
		r.extend(frame.DestinationOptions(opts...))
	}
	return err
}

// extend puts an extension header in place of one of its kind, or where RFC
// 8200, section 4.1, wants it: hop-by-hop options first, destination options,
// being for the final destination, last.
func (r *Recipe) extend(e frame.Extension) {
	list := slices.Clone(r.Extensions)
	rank := func(e frame.Extension) int {
		return slices.Index([]uint8{frame.NextHopByHop, frame.NextFragment, frame.NextDestination}, e.Type)
	}
	if i := slices.IndexFunc(list, func(o frame.Extension) bool { return o.Type == e.Type }); i >= 0 {
		list[i] = e
	} else if i := slices.IndexFunc(list, func(o frame.Extension) bool { return rank(o) > rank(e) }); i >= 0 {
		list = slices.Insert(list, i, e)
	} else {
		list = append(list, e)
	}
	r.Extensions = list
}

// parseOptions reads a list of pad (nothing but padding), router-alert[=N] (RFC
// 2711) and TYPE=HEX.
func parseOptions(s string) (opts []frame.Option, err error) {
	size := 0
	for o := range strings.SplitSeq(s, ",") {
		name, value, has := strings.Cut(o, "=")
		switch {
		case name == "pad" && !has:
			continue
		case name == "router-alert":
			n := uint64(0)
			if has {
				if n, err = strconv.ParseUint(value, 0, 16); err != nil {
					return nil, fmt.Errorf("router-alert=%s: want a number up to 65535", value)
				}
			}
			opts = append(opts, frame.Option{Type: 5, Data: []byte{byte(n >> 8), byte(n)}})
		default:
			kind, err := strconv.ParseUint(name, 0, 8)
			data, err2 := hex.DecodeString(value)
			if err != nil || err2 != nil || kind == 0 && has || kind != 0 && !has || len(data) > 255 {
				return nil, fmt.Errorf("%q: want pad, router-alert[=N], or TYPE=HEX with a type from 1 to 255 and at most 255 bytes (0 alone is Pad1)", o)
			}
			opts = append(opts, frame.Option{Type: uint8(kind), Data: data})
		}
		size += 2 + len(opts[len(opts)-1].Data)
	}
	if size > 2046 {
		return nil, fmt.Errorf("options of %d bytes: a header holds 2046", size)
	}
	return opts, nil
}

func fragment(r *Recipe, s string) error {
	var offset, id uint64
	var more bool
	for part := range strings.SplitSeq(s, ",") {
		name, value, _ := strings.Cut(part, "=")
		var err error
		switch {
		case part == "atomic":
		case part == "more":
			more = true
		case name == "offset":
			if offset, err = strconv.ParseUint(value, 0, 16); err == nil && offset%8 != 0 {
				err = errors.New("not a multiple of 8")
			}
		case name == "id":
			id, err = strconv.ParseUint(value, 0, 32)
		default:
			err = errors.New("not known")
		}
		if err != nil {
			return fmt.Errorf("%q: want atomic, offset=BYTES (a multiple of 8 up to 65528), more, id=N (up to 0xffffffff)", part)
		}
	}
	r.extend(frame.FragmentHeader(uint16(offset), more, uint32(id)))
	return nil
}

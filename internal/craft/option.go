package craft

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"netkmsg/frame"
)

func hopByHop(r *Recipe, s string) error {
	opts, err := frame.ParseOptions(s)
	if err == nil {
		r.extend(frame.HopByHop(opts...))
	}
	return err
}

func destOptions(r *Recipe, s string) error {
	opts, err := frame.ParseOptions(s)
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

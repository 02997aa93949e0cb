package match

import (
	"fmt"
	"strconv"
	"strings"
)

// fragmentID returns the identification that joins a datagram's fragments.
func fragmentID(f *Frame) uint64 {
	if f.Version == 4 {
		return uint64(f.ID)
	}
	return uint64(f.Fragment.ID)
}

func hasFragment(f *Frame) bool { return f.Fragment.Header || f.Fragment.Part() }

func fragment(s string) (func(*Frame) bool, error) {
	switch s {
	case "any":
		return hasFragment, nil
	case "none":
		return func(f *Frame) bool { return f.Version != 0 && !hasFragment(f) }, nil
	}
	all := []func(*Frame) bool{hasFragment}
	for part := range strings.SplitSeq(s, ",") {
		test, err := fragmentPart(part)
		if err != nil {
			return nil, err
		}
		all = append(all, test)
	}
	return func(f *Frame) bool {
		for _, test := range all {
			if !test(f) {
				return false
			}
		}
		return true
	}, nil
}

func fragmentPart(s string) (func(*Frame) bool, error) {
	name, value, has := strings.Cut(s, "=")
	n, err := strconv.ParseUint(value, 0, 32)
	switch {
	case s == "atomic":
		return func(f *Frame) bool { return f.Fragment.Header && !f.Fragment.Part() }, nil
	case s == "more":
		return func(f *Frame) bool { return f.Fragment.More }, nil
	case s == "last":
		return func(f *Frame) bool { return !f.Fragment.More && f.Fragment.Offset > 0 }, nil
	case has && err == nil && name == "offset" && n%8 == 0 && n <= 65528:
		return func(f *Frame) bool { return uint64(f.Fragment.Offset) == n }, nil
	case has && err == nil && name == "id":
		return func(f *Frame) bool { return fragmentID(f) == n }, nil
	}
	return nil, fmt.Errorf("%q: want any, none, atomic, more, last, offset=BYTES (a multiple of 8 up to 65528), id=N", s)
}

func showFragment(f *Frame) (string, string) {
	g := f.Fragment
	switch {
	case f.Version == 0:
		return "", noIP(f)
	case !hasFragment(f):
		return "none", ""
	case !g.Part():
		return fmt.Sprintf("atomic,id=%d", fragmentID(f)), ""
	case g.More:
		return fmt.Sprintf("offset=%d,more,id=%d", g.Offset, fragmentID(f)), ""
	}
	return fmt.Sprintf("offset=%d,last,id=%d", g.Offset, fragmentID(f)), ""
}

package match

import (
	"fmt"
	"strconv"
	"strings"
)

const maxSize = 65535 // bytes, of anything within a packet

// span is the numbers from first to last.
type span struct{ first, last uint64 }

func (s span) has(v uint64) bool { return s.first <= v && v <= s.last }

// parseSpan reads N or A-B, decimal or with 0x.
func parseSpan(s string, most uint64) (span, error) {
	from, to, ranged := strings.Cut(s, "-")
	if !ranged {
		to = from
	}
	a, err := strconv.ParseUint(from, 0, 64)
	b, err2 := strconv.ParseUint(to, 0, 64)
	switch {
	case err != nil || err2 != nil || a > most || b > most:
		return span{}, fmt.Errorf("%q: want a number up to %d, or A-B", s, most)
	case a > b:
		return span{}, fmt.Errorf("%q: it ends before it begins", s)
	}
	return span{a, b}, nil
}

// getter returns a number out of a frame, false if the frame has none.
type getter func(*Frame) (uint64, bool)

// number makes a condition on what get returns.
func number(most uint64, get getter) func(string) (func(*Frame) bool, error) {
	return func(s string) (func(*Frame) bool, error) {
		want, err := parseSpan(s, most)
		return func(f *Frame) bool {
			v, ok := get(f)
			return ok && want.has(v)
		}, err
	}
}

// named is number for values with names.
func named(get getter, parse func(string) (uint8, error)) func(string) (func(*Frame) bool, error) {
	return func(s string) (func(*Frame) bool, error) {
		want, err := parse(s)
		return func(f *Frame) bool {
			v, ok := get(f)
			return ok && v == uint64(want)
		}, err
	}
}

func show(get getter, format string, missing func(*Frame) string) func(*Frame) (string, string) {
	return func(f *Frame) (string, string) {
		v, ok := get(f)
		if !ok {
			return "", missing(f)
		}
		return fmt.Sprintf(format, v), ""
	}
}

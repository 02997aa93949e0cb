package craft

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// A kind says how a field's value comes from the frame's number.
type kind uint8

const (
	fixed  kind = iota
	sweep       // one of several values, nested with the other sweeps
	walk        // a step on with every frame
	chance      // out of seed and number
)

// A Range is the values of a numeric field: one, or several.
type Range struct {
	kind        kind
	first, last uint64
	step        uint64
}

// Only returns the Range of one value.
func Only(v uint64) Range { return Range{first: v, last: v} }

// First returns the value in the first frame, and whether there is no other.
func (r Range) First() (v uint64, only bool) { return r.first, r.kind == fixed }

// String returns the range as ParseRange reads it.
func (r Range) String() string {
	switch r.kind {
	case sweep:
		s := fmt.Sprintf("%d-%d", r.first, r.last)
		if r.step != 1 {
			s += fmt.Sprintf("/%d", r.step)
		}
		return s
	case walk:
		return fmt.Sprintf("%d+%d", r.first, r.step)
	case chance:
		return fmt.Sprintf("random:%d-%d", r.first, r.last)
	}
	return strconv.FormatUint(r.first, 10)
}

// rangeGrammar is what ParseRange reads, for messages.
const rangeGrammar = "N, A-B, A-B/STEP, A+STEP, random or random:A-B"

// ParseRange reads N, a sweep A-B or A-B/STEP, a walk A+STEP, which begins anew
// behind most, and random or random:A-B. Numbers are up to most, decimal or with
// 0x.
func ParseRange(s string, most uint64) (Range, error) {
	bad := func(why string) (Range, error) {
		return Range{}, fmt.Errorf("%s: want %s with numbers up to %d", why, rangeGrammar, most)
	}
	if s == "random" {
		return Range{kind: chance, last: most, step: 1}, nil
	}
	rest, random := strings.CutPrefix(s, "random:")
	body, step, stepped := strings.Cut(rest, "/")
	from, to, span := strings.Cut(body, "-")
	base, by, walks := strings.Cut(body, "+")
	r := Range{step: 1}
	var err error
	number := func(s string) (v uint64) {
		v, e := strconv.ParseUint(s, 0, 64)
		if e != nil && err == nil {
			err = fmt.Errorf("%q is not a number", s)
		}
		if e == nil && v > most && err == nil {
			err = fmt.Errorf("%d is too large", v)
		}
		return v
	}
	switch {
	case walks && !stepped && !random && !span:
		r.kind, r.first, r.last, r.step = walk, number(base), most, number(by)
	case span && !walks && !(random && stepped):
		r.kind, r.first, r.last = sweep, number(from), number(to)
		if stepped {
			r.step = number(step)
		}
		if random {
			r.kind = chance
		}
	case !walks && !span && !stepped && !random:
		r.first = number(rest)
		r.last, r.step = r.first, 0
	default:
		return bad("not a range")
	}
	switch {
	case err != nil:
		return bad(err.Error())
	case r.kind != fixed && r.step == 0:
		return bad("a step of 0")
	case r.first > r.last:
		return bad("it ends before it begins")
	case r.kind == sweep && r.first == r.last:
		r = Only(r.first)
	}
	return r, nil
}

// count returns the number of values that a sweep has; anything else has 1.
func (r Range) count() uint64 {
	if r.kind != sweep {
		return 1
	}
	return (r.last-r.first)/r.step + 1
}

// most returns the largest value of any frame.
func (r Range) most() uint64 {
	if r.kind == sweep {
		return r.first + (r.count()-1)*r.step
	}
	return r.last
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the
// result depends on every bit of x.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// random returns 64 bits that belong to a seed, a frame and a field.
func random(seed, frame, field uint64) uint64 {
	const golden = 0x9e3779b97f4a7c15
	return mix(mix(seed+golden*(field+1)) + golden*(frame+1))
}

// below returns a number below n made of random bits, anything for n = 0.
func below(r, n uint64) uint64 {
	if n == 0 {
		return r
	}
	hi, _ := bits.Mul64(r, n)
	return hi
}

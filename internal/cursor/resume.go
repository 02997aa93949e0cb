package cursor

import "netkmsg/kmsg"

// Resume returns src from record next on. What is missing in front of the first
// record there is counts as lost.
func Resume(src kmsg.Source, next uint64) kmsg.Source { return &resumed{Source: src, next: next} }

type resumed struct {
	kmsg.Source
	next  uint64
	there bool
}

// pass takes a record and returns false if it was before the beginning.
func (r *resumed) pass(x *kmsg.Record) bool {
	if r.there {
		return true
	}
	if x.Seq < r.next {
		return false
	}
	r.there = true
	x.Lost = x.Seq - r.next
	return true
}

// Next returns the next record.
func (r *resumed) Next() (kmsg.Record, error) {
	for {
		x, err := r.Source.Next()
		if err != nil || r.pass(&x) {
			return x, err
		}
	}
}

// TryNext returns the next record if it is there.
func (r *resumed) TryNext() (kmsg.Record, bool, error) {
	for {
		x, ok, err := r.Source.TryNext()
		if err != nil || !ok || r.pass(&x) {
			return x, ok, err
		}
	}
}

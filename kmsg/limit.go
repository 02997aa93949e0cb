package kmsg

import "time"

// bucket bounds a rate; full is when it will be, or was, full again.
type bucket struct{ full int64 }

// take reports whether one more is allowed at now, for one every interval and
// burst at once.
func (b *bucket) take(now, interval int64, burst int) bool {
	next := max(b.full, now) + interval
	if next > now+interval*int64(burst) {
		return false
	}
	b.full = next
	return true
}

// restraint bounds notices and counts those not given until that is told.
type restraint struct {
	bucket
	unsaid uint64
	told   int64 // when to tell it
}

// tellAfter is when the number of notices not given is told, after the first.
const tellAfter = int64(time.Second)

func (r *restraint) suppress(now int64) {
	if r.unsaid == 0 {
		r.told = now + tellAfter
	}
	r.unsaid++
}

// quietQueue holds the hosts with notices not given, in the order of told.
type quietQueue struct{ first, last *flow }

func (q *quietQueue) push(f *flow) {
	f.quieter = q.last
	if q.last == nil {
		q.first = f
	} else {
		q.last.quiet = f
	}
	q.last = f
}

func (q *quietQueue) remove(f *flow) {
	if f.quieter == nil {
		q.first = f.quiet
	} else {
		f.quieter.quiet = f.quiet
	}
	if f.quiet == nil {
		q.last = f.quieter
	} else {
		f.quiet.quieter = f.quieter
	}
	f.quiet, f.quieter = nil, nil
}

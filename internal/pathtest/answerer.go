package pathtest

import (
	"net/netip"
	"time"
)

// Limits of an Answerer: whoever forges source addresses must not make it a
// nuisance to others. An answer is never longer than what it answers.
const (
	rateSource, burstSource = 500, 100 // answers a second to one address, and at once
	rateAll, burstAll       = 2000, 400
	rateNews, burstNews     = 1, 10 // tests that are told of as new
	maxRuns                 = 1024  // tests remembered
	maxSources              = 4096  // addresses remembered
)

// MinInterval between two records of a test leaves room for the limits.
const MinInterval = 2 * time.Millisecond

// An Answerer counts test records and makes the answers. It has neither I/O
// nor clock and is not safe for concurrent use.
type Answerer struct {
	runs    map[runKey]*run
	order   []runKey // of runs, the oldest first
	all     bucket
	news    bucket
	sources map[netip.Addr]bucket
	swept   time.Time
}

type runKey struct {
	from  netip.Addr
	nonce Nonce
}

type run struct {
	seen [MaxCount/64 + 1]uint64 // bit N for record N
	got  int
}

// NewAnswerer makes an Answerer that has seen nothing.
func NewAnswerer() *Answerer {
	return &Answerer{runs: map[runKey]*run{}, sources: map[netip.Addr]bucket{}}
}

// Receive takes a datagram that holds test record t. It returns the answer,
// which is nil if the limits forbid one, and whether t is the first of a test
// of which the user should be told. Records are counted in any case.
func (a *Answerer) Receive(now time.Time, from netip.Addr, t Test, datagram []byte) (answer []byte, first bool) {
	k := runKey{from, t.Nonce}
	r := a.runs[k]
	if first = r == nil; first {
		r = a.begin(k)
		first = a.news.take(now, rateNews, burstNews)
	}
	if i, bit := t.N/64, uint64(1)<<(t.N%64); t.N > 0 && r.seen[i]&bit == 0 {
		r.seen[i] |= bit
		r.got++
	}
	answer = []byte(Seen{Nonce: t.Nonce, N: t.N, Got: r.got}.Text())
	if len(answer) > len(datagram) || !a.may(now, from) {
		return nil, first
	}
	return answer, first
}

func (a *Answerer) begin(k runKey) *run {
	if len(a.order) == maxRuns {
		delete(a.runs, a.order[0])
		a.order = a.order[1:]
	}
	r := new(run)
	a.runs[k] = r
	a.order = append(a.order, k)
	return r
}

func (a *Answerer) may(now time.Time, from netip.Addr) bool {
	b, known := a.sources[from]
	if !known && len(a.sources) >= maxSources {
		if a.sweep(now); len(a.sources) >= maxSources {
			return false
		}
	}
	ok := b.take(now, rateSource, burstSource) && a.all.take(now, rateAll, burstAll)
	a.sources[from] = b
	return ok
}

// sweep forgets those with a full burst again, at most once a second.
func (a *Answerer) sweep(now time.Time) {
	if now.Sub(a.swept) < time.Second {
		return
	}
	a.swept = now
	for addr, b := range a.sources {
		if now.Sub(b.last) > time.Second {
			delete(a.sources, addr)
		}
	}
}

// bucket is a token bucket; the zero value is full.
type bucket struct {
	used float64
	last time.Time
}

func (b *bucket) take(now time.Time, rate, burst float64) bool {
	b.used = max(0, b.used-rate*max(0, now.Sub(b.last).Seconds()))
	b.last = now
	if b.used+1 > burst {
		return false
	}
	b.used++
	return true
}

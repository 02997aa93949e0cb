package send

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"netkmsg/internal/netconsole"
)

// burstTime is how much may leave at once: what the rate gives in this time,
// and at least a frame.
const burstTime = 100 * time.Millisecond

// bucket is a token bucket that all targets share. A frame that finds it
// empty waits, and with it the log: the kernel's buffer is the queue, so that a
// limit delays records and drops none. What the kernel overwrites meanwhile is
// counted as lost and announced, as always.
type bucket struct {
	perSecond float64 // frames, or bits of whole frames
	bits      bool

	mu   sync.Mutex
	used float64 // above the burst: a debt
	last time.Time
}

// parseRate reads frames a second as 1000/s, or bits a second as 10Mbit/s; k, M
// and G stand for 10³, 10⁶ and 10⁹.
func parseRate(s string) (*bucket, error) {
	body, bits := strings.CutSuffix(s, "bit/s")
	body, frames := strings.CutSuffix(body, "/s")
	scale := uint64(1)
	if n := len(body); n > 0 {
		if i := strings.IndexByte("kMG", body[n-1]); i >= 0 {
			body, scale = body[:n-1], []uint64{1e3, 1e6, 1e9}[i]
		}
	}
	v, err := strconv.ParseUint(body, 10, 32)
	if err != nil || bits == frames || v == 0 {
		return nil, usagef("--rate %q: want frames a second as in 1000/s or 2k/s, or bits a second as in 10Mbit/s", s)
	}
	return &bucket{perSecond: float64(v * scale), bits: bits}, nil
}

// burst is how many frames of the usual MTU may leave at once: with more in one
// batch the last would be formatted long before it leaves.
func (b *bucket) burst() int {
	n := b.perSecond * burstTime.Seconds()
	if b.bits {
		n /= 8 * 1500
	}
	return int(max(1, min(n, 1<<20)))
}

func (b *bucket) cost(f []byte) float64 {
	if b.bits {
		return float64(8 * len(f))
	}
	return 1
}

// take returns how many of the frames may leave now; if none, how long to wait
// before asking again. A frame longer than the burst leaves from a full bucket.
func (b *bucket) take(now time.Time, frames [][]byte) (n int, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	burst := b.perSecond * burstTime.Seconds()
	if d := now.Sub(b.last).Seconds(); d > 0 {
		b.used = max(0, b.used-d*b.perSecond)
		b.last = now
	}
	for n < len(frames) {
		c := b.cost(frames[n])
		if over := b.used + c - max(burst, c); over > 0 {
			if n == 0 {
				wait = max(time.Millisecond, time.Duration(over/b.perSecond*float64(time.Second)))
			}
			return n, wait
		}
		b.used += c
		n++
	}
	return n, 0
}

// paced is a Port that keeps to a rate.
type paced struct {
	netconsole.Port
	bucket *bucket
	sleep  func(time.Duration)
	now    func() time.Time
}

// Send waits until the frames may leave. A frame that the device refuses has
// used its share.
func (p *paced) Send(frames [][]byte) (sent int, err error) {
	for sent < len(frames) {
		n, wait := p.bucket.take(p.now(), frames[sent:])
		if n == 0 {
			p.sleep(wait)
			continue
		}
		n, err = p.Port.Send(frames[sent : sent+n])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

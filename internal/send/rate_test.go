package send

import (
	"errors"
	"testing"
	"time"

	"netkmsg/internal/netconsole"
)

func TestParseRate(t *testing.T) {
	for s, want := range map[string]*bucket{
		"1000/s": {perSecond: 1000}, "25k/s": {perSecond: 25000}, "1/s": {perSecond: 1},
		"10Mbit/s": {perSecond: 10e6, bits: true}, "1Gbit/s": {perSecond: 1e9, bits: true},
	} {
		b, err := parseRate(s)
		if err != nil || b.perSecond != want.perSecond || b.bits != want.bits {
			t.Errorf("%s: %+v, %v", s, b, err)
		}
	}
	for _, s := range []string{"", "max", "1000", "/s", "bit/s", "0/s", "-1/s", "1e3/s", "NaN/s", "Inf/s", "1kk/s", "10 Mbit/s", "10mbit/s", "1bit/s/s", "2.5k/s", "+1/s", "1_000/s", "99999999999/s"} {
		if b, err := parseRate(s); err == nil || !errors.Is(err, ErrUsage) {
			t.Errorf("%q: %+v, %v", s, b, err)
		}
	}
}

// counted takes frames and says when each came. It refuses frame number refuse.
type counted struct {
	netconsole.Discard
	now    *time.Time
	came   []time.Time
	bits   []int
	refuse int
}

func (c *counted) Send(frames [][]byte) (int, error) {
	for i, f := range frames {
		if c.refuse > 0 && len(c.came)+1 == c.refuse {
			c.refuse = 0
			return i, errors.New("refused")
		}
		c.came, c.bits = append(c.came, *c.now), append(c.bits, 8*len(f))
	}
	return len(frames), nil
}

// TestPaced: in no stretch of time does more leave than the rate gives in it
// and a burst, and nothing is held back that need not be.
func TestPaced(t *testing.T) {
	for _, rate := range []string{"1000/s", "3/s", "1Mbit/s", "64kbit/s", "1Gbit/s"} {
		b, err := parseRate(rate)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(1e9, 0)
		start := now
		c := &counted{now: &now}
		p := &paced{Port: c, bucket: b, now: func() time.Time { return now }, sleep: func(d time.Duration) { now = now.Add(d) }}
		const batches, size = 20, 64
		for i := range batches {
			var fs [][]byte
			for j := range size {
				fs = append(fs, make([]byte, 100+(i*size+j)*7%900))
			}
			if n, err := p.Send(fs); n != size || err != nil {
				t.Fatalf("%d, %v", n, err)
			}
		}
		cost := func(i int) float64 {
			if b.bits {
				return float64(c.bits[i])
			}
			return 1
		}
		burst := max(b.perSecond*burstTime.Seconds(), cost(0), 8*1000*map[bool]float64{true: 1}[b.bits])
		total := 0.0
		for i := range c.came {
			sum := 0.0
			for j := i; j >= 0 && j > i-200; j-- {
				sum += cost(j)
				if d := c.came[i].Sub(c.came[j]).Seconds(); sum > burst+d*b.perSecond+1e-3*b.perSecond+cost(i) {
					t.Fatalf("%s: frames %d to %d, %v in %v s", rate, j, i, sum, d)
				}
			}
			total += cost(i)
		}
		if took := now.Sub(start).Seconds(); took > total/b.perSecond*1.3+1 {
			t.Errorf("%s: took %v s, %v would do", rate, took, total/b.perSecond)
		}
	}
}

// TestPacedRefused tells which frame was refused, and goes on behind it.
func TestPacedRefused(t *testing.T) {
	now := time.Unix(1e9, 0)
	b, _ := parseRate("10/s") // one at a time
	c := &counted{now: &now, refuse: 3}
	p := &paced{Port: c, bucket: b, now: func() time.Time { return now }, sleep: func(d time.Duration) { now = now.Add(d) }}
	fs := [][]byte{{1}, {2}, {3}, {4}}
	if n, err := p.Send(fs); n != 2 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := p.Send(fs[3:]); n != 1 || err != nil || len(c.came) != 3 {
		t.Errorf("%d, %v, %d came", n, err, len(c.came))
	}
}

// TestBucketClock: a clock that is set back neither opens nor closes it.
func TestBucketClock(t *testing.T) {
	b, _ := parseRate("10/s")
	now := time.Unix(1e9, 0)
	one := [][]byte{{1}}
	if n, _ := b.take(now, one); n != 1 {
		t.Error("the first waits")
	}
	if n, wait := b.take(now.Add(-time.Hour), one); n != 0 || wait > 200*time.Millisecond {
		t.Errorf("%d, wait %v", n, wait)
	}
	if n, _ := b.take(now.Add(100*time.Millisecond), one); n != 1 {
		t.Error("closed")
	}
}

package pathtest

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

var (
	start = time.Unix(1e9, 0)
	hostA = netip.MustParseAddr("fe80::a")
	hostB = netip.MustParseAddr("fe80::b")
)

// hear gives the answerer record n and returns what it says.
func hear(t *testing.T, a *Answerer, now time.Time, from netip.Addr, x Test) (s Seen, answered, first bool) {
	t.Helper()
	b, first := a.Receive(now, from, x, []byte(x.Text()))
	if b == nil {
		return s, false, first
	}
	s, ok := ParseSeen(b)
	if !ok || s.Nonce != x.Nonce || s.N != x.N {
		t.Fatalf("%q answers %v", b, x)
	}
	return s, true, first
}

func TestAnswererCounts(t *testing.T) {
	a := NewAnswerer()
	for i, step := range []struct {
		from  netip.Addr
		n     int
		got   int
		first bool
	}{
		{hostA, 3, 1, true}, {hostA, 1, 2, false}, {hostA, 3, 2, false}, {hostA, 0, 2, false},
		{hostB, 4096, 1, true}, {hostA, 64, 3, false}, {hostA, 4096, 4, false},
	} {
		s, ok, first := hear(t, a, start, step.from, Test{nonce, step.n, MaxCount})
		if !ok || s.Got != step.got || first != step.first {
			t.Errorf("step %d: %v, %v, first %v", i, s, ok, first)
		}
	}
}

// TestAnswererLimits: one source has its burst and its rate, and does not take
// that of another.
func TestAnswererLimits(t *testing.T) {
	a := NewAnswerer()
	answers := func(now time.Time, from netip.Addr, tries int) (n int) {
		for range tries {
			if _, ok, _ := hear(t, a, now, from, Test{nonce, 1, 1}); ok {
				n++
			}
		}
		return n
	}
	if n := answers(start, hostA, 1000); n != burstSource {
		t.Errorf("%d at once", n)
	}
	if n := answers(start, hostB, 50); n != 50 {
		t.Errorf("%d to another", n)
	}
	if n := answers(start.Add(20*time.Millisecond), hostA, 1000); n != rateSource/50 {
		t.Errorf("%d after 20 ms", n)
	}
	if n := answers(start.Add(-time.Hour), hostA, 10); n != 0 {
		t.Errorf("%d after the clock was set back", n)
	}
}

// TestAnswererFlood has forged sources and nonces: memory and answers stay bounded.
func TestAnswererFlood(t *testing.T) {
	a := NewAnswerer()
	answered, told := 0, 0
	for i := range 20000 {
		addr := hostA.As16()
		binary.BigEndian.PutUint32(addr[4:], uint32(i))
		x := Test{nonce, 1, 1}
		binary.BigEndian.PutUint32(x.Nonce[:], uint32(i))
		_, ok, first := hear(t, a, start, netip.AddrFrom16(addr), x)
		if ok {
			answered++
		}
		if first {
			told++
		}
	}
	if answered != burstAll || told != burstNews || len(a.runs) != maxRuns || len(a.order) != maxRuns || len(a.sources) > maxSources {
		t.Errorf("%d answers, %d told, %d runs, %d sources", answered, told, len(a.runs), len(a.sources))
	}
	if _, ok, _ := hear(t, a, start.Add(2*time.Second), hostB, Test{nonce, 1, 1}); !ok {
		t.Error("nobody is answered any more")
	}
}

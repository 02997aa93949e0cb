package collect

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// TestCollectors has more ports than are kept apart. What those that make room
// have is delivered, and stays in the totals.
func TestCollectors(t *testing.T) {
	c := newCollectors(kmsg.CollectOptions{}, nil, nil)
	at := time.Unix(1e9, 0)
	host := netip.MustParseAddrPort("192.0.2.1:6665")
	const ports = 3 * maxPorts
	for p := range ports {
		k := c.of(uint16(p))
		k.Receive(at, host, []byte("6,1,1,-;x\n"))
		k.Receive(at, host, []byte("6,3,3,-;waits for the one before\n"))
		if len(c.each) > maxPorts {
			t.Fatalf("%d collectors", len(c.each))
		}
	}
	c.flush()
	got := c.totals()
	if a := got.Account; a.Delivered != 2*ports || a.Missing != ports || a.Check() != nil || got.Hosts != ports {
		t.Errorf("%+v", got)
	}
}

// TestCollectorsDeadline is that of the first of them all.
func TestCollectorsDeadline(t *testing.T) {
	c := newCollectors(kmsg.CollectOptions{}, nil, nil)
	at := time.Unix(1e9, 0)
	latest := at.Add(time.Hour)
	if got := c.deadline(latest); !got.Equal(latest) {
		t.Errorf("%v with nothing to wait for", got)
	}
	for i, port := range []uint16{7, 6, 8} {
		k := c.of(port)
		for _, seq := range []int{1, 3} {
			k.Receive(at.Add(time.Duration(i)*time.Second), netip.MustParseAddrPort("192.0.2.1:6665"), fmt.Appendf(nil, "6,%d,1,-;x\n", seq))
		}
	}
	first := c.deadline(latest)
	if !first.After(at) || !first.Before(at.Add(time.Second)) {
		t.Errorf("%v, want that of the first port", first)
	}
	c.advance(first)
	if second := c.deadline(latest); !second.After(first) || !second.Before(at.Add(2*time.Second)) {
		t.Errorf("%v, want that of the second port", second)
	}
	if got := c.totals().Account.Missing; got != 1 {
		t.Errorf("%d missing, want 1", got)
	}
}

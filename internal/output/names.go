package output

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Reverse finds the name of an address. It may take its time.
type Reverse func(context.Context, netip.Addr) (string, error)

// Bounds on what reverse lookups cost.
const (
	namesKept     = 8192
	lookupsWait   = 256
	lookupsAtOnce = 4
	lookupTime    = 5 * time.Second
	nameLasts     = time.Hour
	noNameLasts   = 5 * time.Minute
)

// Names knows hosts by name: from a table, and by reverse lookups that go on
// beside. Its methods may be called by several goroutines, and on nil, which
// knows no names. None of them waits.
type Names struct {
	table   NameTable
	reverse Reverse
	now     func() time.Time

	mu      sync.Mutex
	answers recent[netip.Addr, answer]
	asked   chan netip.Addr
	version atomic.Uint64 // changes when a name is learned

	stop context.CancelFunc
	done sync.WaitGroup
}

// answer is what a lookup gave: no name is an answer too.
type answer struct {
	name  string
	until time.Time
}

// NewNames asks the table first and reverse, if it is not nil, for what the table
// does not have. Close ends the lookups.
func NewNames(table NameTable, reverse Reverse) *Names {
	return newNames(table, reverse, time.Now)
}

func newNames(table NameTable, reverse Reverse, now func() time.Time) *Names {
	n := &Names{table: table, reverse: reverse, now: now, asked: make(chan netip.Addr, lookupsWait)}
	n.answers.limit = namesKept
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	if reverse != nil {
		for range lookupsAtOnce {
			n.done.Go(func() { n.lookups(ctx) })
		}
	}
	return n
}

// Close ends the lookups. What is known stays known.
func (n *Names) Close() {
	if n != nil {
		n.stop()
		n.done.Wait()
	}
}

// Name returns the host's name, or its address while the name is not known.
func (n *Names) Name(host netip.AddrPort) string {
	if name := n.Find(host); name != "" {
		return name
	}
	return host.Addr().String()
}

// Find returns the host's name, "" while it is not known.
func (n *Names) Find(host netip.AddrPort) string {
	if n == nil {
		return ""
	}
	if name := n.table.Find(host); name != "" || n.reverse == nil || !host.IsValid() {
		return name
	}
	addr := host.Addr().Unmap()
	if addr.IsLinkLocalUnicast() {
		return "" // has no name in the DNS
	}
	now := n.now()
	n.mu.Lock()
	defer n.mu.Unlock()
	a := n.answers.get(addr)
	if a == nil {
		a = new(answer)
		n.answers.put(addr, a)
	}
	if now.After(a.until) {
		select {
		case n.asked <- addr:
			a.until = now.Add(noNameLasts)
		default: // so many are waiting; next time
		}
	}
	return a.name
}

// changes returns a number that is another when names may be.
func (n *Names) changes() uint64 {
	if n == nil {
		return 0
	}
	return n.version.Load()
}

func (n *Names) lookups(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case addr := <-n.asked:
			n.lookup(ctx, addr)
		}
	}
}

func (n *Names) lookup(ctx context.Context, addr netip.Addr) {
	limited, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	name, err := n.reverse(limited, addr)
	a := answer{until: n.now().Add(noNameLasts)}
	if err == nil && hostName(name) {
		a = answer{name, n.now().Add(nameLasts)}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if old := n.answers.get(addr); old == nil && a.name != "" || old != nil && old.name != a.name {
		n.version.Add(1)
	}
	n.answers.put(addr, &a)
}

package send

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/logline"
	"netkmsg/internal/nexthop"
)

// hopTimeout is how long a question for a target's MAC address may take. A
// router may answer for another host after 0.8 s only.
const hopTimeout = 2 * time.Second

// hop keeps the MAC address of a target whose CONFIG says auto.
type hop struct {
	q     nexthop.Question
	every time.Duration
	log   logline.Log

	mac   atomic.Pointer[frame.MAC]
	again chan struct{} // asks for a look before its time
	found bool          // the last look was successful
	from  netip.Addr    // the source address for what was found first
	stop  func()
}

// newHop finds the address, or falls back on broadcast, and goes on looking
// until stop is called.
func newHop(ctx context.Context, q nexthop.Question, every time.Duration, log logline.Log) *hop {
	h := &hop{q: q, every: every, log: log, again: make(chan struct{}, 1), found: true}
	h.mac.Store(&frame.Broadcast)
	h.from = h.look(ctx)
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { h.follow(ctx) })
	h.stop = func() { cancel(); wg.Wait() }
	return h
}

func (h *hop) follow(ctx context.Context) {
	t := time.NewTicker(h.every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-h.again:
		}
		h.look(ctx)
	}
}

// soon asks for a look now: the device is back, perhaps at another switch.
func (h *hop) soon() {
	select {
	case h.again <- struct{}{}:
	default:
	}
}

// look asks once. What it finds or misses is told when it is new. It returns
// the address that frames had best come from.
func (h *hop) look(ctx context.Context) netip.Addr {
	r, err := nexthop.Resolve(ctx, h.q)
	old := *h.mac.Load()
	switch {
	case ctx.Err() != nil:
	case err == nil:
		h.take(r, old)
	case !h.found: // it has been said
	case old == frame.Broadcast:
		h.log.Warn("the target's MAC address is not known: broadcasting, which switches may suppress", "err", err)
		h.found = false
	default:
		h.log.Warn("the target's MAC address cannot be confirmed: keeping it", "to_mac", old.String(), "err", err)
		h.found = false
	}
	from, _ := r.Source()
	return from
}

func (h *hop) take(r nexthop.Result, old frame.MAC) {
	h.mac.Store(&r.MAC)
	args := []any{"to_mac", r.MAC.String(), "how", r.How}
	if r.Via.IsValid() {
		args = append(args, "gateway", r.Via)
	}
	switch {
	case old == frame.Broadcast:
		h.log.Info("found the target's MAC address", args...)
	case old != r.MAC:
		h.log.Warn("the target's MAC address has changed", append(args, "before", old.String())...)
	case !h.found:
		h.log.Info("the target's MAC address is confirmed again", args...)
	}
	if h.found = true; old != r.MAC {
		for _, d := range r.Doubts {
			h.log.Warn("the target's MAC address may not be right", "why", d.Text)
		}
	}
}

// warnOfRouters tells what becomes of frames that are broadcast to a target on
// another link (RFC 1812, 5.3.4), as far as this host knows where it is.
func (t *target) warnOfRouters(local netip.Addr) {
	k, err := nexthop.AskKernel(nexthop.Question{Device: t.Device, Target: t.RemoteAddr, Source: local})
	if err != nil {
		return
	}
	if via, ok := k.OffLink(t.RemoteAddr); ok {
		args := []any{"to", t.RemoteAddr}
		if via.IsValid() {
			args = append(args, "gateway", via)
		}
		t.log.Warn("the target is on another link, and no router forwards a broadcast: write the router's MAC address, or auto, behind the last /", args...)
	}
}

package nexthop

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/wire"
	"netkmsg/internal/netdev"
)

// An UnknownError says that nobody told the MAC address. It holds all that was found out.
type UnknownError struct{ Result Result }

// Error says what was tried.
func (e *UnknownError) Error() string {
	r := e.Result
	where := r.Kernel.Link.Name
	if r.VLAN != 0 {
		where += fmt.Sprintf(" in VLAN %d", r.VLAN)
	}
	s := fmt.Sprintf("resolve %s on %s: nobody answers (%s in %s)", r.Target, where, r.tried(r.Target), show(r.Waited))
	if _, on := r.Kernel.OnLink(r.Target, r.Heard.Routers); on {
		return s + ": is it up, in this VLAN, and does its firewall let these through?"
	}
	const remedy = ": if it is behind a router, name that one (send --gateway), or resolve its address instead"
	if gw, ok := r.Kernel.gateway(); ok {
		return s + fmt.Sprintf(", nor does the gateway %s", gw) + remedy + ", if it is another"
	}
	return s + remedy
}

// Resolve asks the kernel and the wire for the MAC address. It leaves no trace on the host: no address, no route, no
// entry in the neighbour table. The device must be up; it needs CAP_NET_RAW. The error is an *UnknownError if nobody
// answers.
func Resolve(ctx context.Context, q Question) (Result, error) {
	k, err := AskKernel(q)
	if err != nil {
		return Result{}, err
	}
	r := Result{Question: q, Kernel: k}
	switch l := k.Link; {
	case !l.Ethernet:
		return r, fmt.Errorf("resolve %s on %s: not an Ethernet device: it has no neighbours with MAC addresses", q.Target, l.Name)
	case !l.Up:
		return r, fmt.Errorf("resolve %s on %s: %w (bring it up: ip link set dev %s up)", q.Target, l.Name, syscall.ENETDOWN, l.Name)
	}
	h, waited, err := listen(ctx, q, k)
	if err != nil {
		return r, err
	}
	if r = Decide(q, k, h, waited); r.MAC == (frame.MAC{}) {
		return r, &UnknownError{r}
	}
	return r, nil
}

// AskKernel returns what the kernel knows.
func AskKernel(q Question) (k Kernel, err error) {
	if k.Link, err = find(q.Device); err != nil {
		return k, err
	}
	family := syscall.AF_INET6
	if q.Target.Is4() {
		family = syscall.AF_INET
	}
	if k.Addrs, err = netdev.AddressStates(k.Link.Index, family); err != nil {
		return k, err
	}
	six := k.Addrs
	if q.Target.Is4() {
		six, _ = netdev.AddressStates(k.Link.Index, syscall.AF_INET6)
	}
	for _, a := range six {
		if a.Addr().IsLinkLocalUnicast() && !a.Tentative && !k.LinkLocal.IsValid() {
			k.LinkLocal = a.Addr()
		}
	}
	if q.Gateway.IsValid() {
		k.Route = netdev.Route{Gateway: q.Gateway, Prefix: netip.PrefixFrom(unspecified(q.Target), 0), Origin: "given"}
		return k, nil
	}
	if q.VLAN != 0 {
		k.RouteErr = netdev.ErrNoRoute
		return k, nil
	}
	// Hints, which a host may be without.
	k.Neighbours, _ = netdev.Neighbours(k.Link.Index, family)
	if k.Route, k.RouteErr = netdev.RouteTo(q.Target, k.Link.Index); k.RouteErr != nil {
		// Only without a device do routes that forbid show.
		if _, err := netdev.RouteTo(q.Target, 0); err != nil {
			k.RouteErr = err
		}
	}
	return k, nil
}

func find(dev string) (netdev.Link, error) {
	if mac, err := frame.ParseMAC(dev); err == nil {
		return netdev.ByMAC(mac)
	}
	return netdev.Lookup(dev)
}

// wake is how often a waiting reader looks whether it may stop.
const wake = 20 * time.Millisecond

// listen asks on the wire until there is enough, or until the limit.
func listen(ctx context.Context, q Question, k Kernel) (h Heard, waited time.Duration, err error) {
	in, err := wire.ListenNeighbours(k.Link.Name)
	if err != nil {
		return h, 0, err
	}
	defer in.Close()
	out, err := wire.Open(k.Link.Name, wire.Options{})
	if err != nil {
		return h, 0, err
	}
	defer out.Close()
	a := NewAsker(k.query(q))
	start := time.Now()
	over := start.Add(q.Limit)
	for {
		now := time.Now()
		frames, next := a.Due(now)
		for _, f := range frames {
			// A device without carrier refuses; what the kernel remembers is still worth telling.
			if err := out.Send(f); err != nil && !wire.Full(err) {
				return a.Heard, now.Sub(start), err
			}
		}
		if waited = now.Sub(start); !now.Before(over) || k.enough(q, a.Heard, now.Sub(a.begin)) || ctx.Err() != nil {
			return a.Heard, waited, ctx.Err()
		}
		until := now.Add(wake)
		for _, t := range []time.Time{next, over} {
			if !t.IsZero() && t.Before(until) {
				until = t
			}
		}
		err := in.Read(until, func(_ time.Time, b []byte, unverified bool) { a.Receive(time.Now(), b, unverified) })
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return a.Heard, waited, err
		}
	}
}

// Line returns the netconsole= parameter for what was found: [+][r]port@source/device,port@target/MAC. The source
// address is named where the kernel could not find it, or was told to use it.
func (r Result) Line(prefix string, sourcePort, targetPort uint16) string {
	src, own := r.Source()
	netpoll, _ := r.Kernel.Source(r.Question)
	local := ""
	if src.IsValid() && (!own || src != netpoll || r.Question.Source.IsValid()) {
		local = src.String()
	}
	return fmt.Sprintf("%s%d@%s/%s,%d@%s/%s", prefix, sourcePort, local, r.Kernel.Link.Name, targetPort, r.Target, r.MAC)
}

package doctor

import (
	"context"
	"errors"
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
	"netkmsg/internal/nexthop"
)

// Gather finds out all that is to be known of a target. On the wire it asks for the MAC addresses of the target, of the
// gateway to it, and of the source address, for at most limit.
func Gather(ctx context.Context, t netconsole.Target, h Host, limit time.Duration) Facts {
	f := Facts{Target: t, Host: h}
	q := nexthop.Question{Device: t.Device, Target: t.RemoteAddr, Source: t.LocalAddr, Limit: limit, Duplicates: true}
	k, err := nexthop.AskKernel(q)
	f.Link, f.LinkErr = k.Link, err
	f.Hop = nexthop.Result{Question: q, Kernel: k}
	if err != nil {
		return f
	}
	f.Driver = driver(k.Link.Name)
	f.Local, _ = netdev.Local(t.RemoteAddr)
	f.Route, f.RouteErr = netdev.RouteTo(t.RemoteAddr, 0)
	if l, err := netdev.ByIndex(f.Route.Device); err == nil {
		f.RouteDevice = l.Name
	}
	if !k.Link.Up || !h.NetRaw || !k.Link.Ethernet || !f.usable() {
		return f
	}
	r, err := nexthop.Resolve(ctx, q)
	nobody := (*nexthop.UnknownError)(nil)
	if f.Asked = err == nil || errors.As(err, &nobody); f.Asked {
		f.Hop = r
	}
	f.HopErr = err
	return f
}

package send

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/cursor"
	"netkmsg/internal/logline"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netpoll"
	"netkmsg/internal/nexthop"
	"netkmsg/kmsg"
)

// target is one destination of the run and what became of it.
type target struct {
	netconsole.Target
	name    string
	log     *logline.Logger
	format  *kmsg.Formatter
	admit   func(level int) bool
	mac     *frame.MAC     // in place of the device's
	gateway netip.Addr     // in place of the kernel's
	cursor  *cursor.Target // nil without --cursor
	delay   *delay         // nil without --max-delay
	resumed bool           // the cursor has been somewhere in this boot
	past    kmsg.Source    // what comes before the log; nil without --last-crash
	account netconsole.Account
	away    atomic.Bool // it waits for its device
	failure atomic.Pointer[error]
}

// end keeps why the target failed, and tells it at once if others go on.
func (t *target) end(err error, others bool) {
	if err == nil {
		return
	}
	t.failure.Store(&err)
	if others {
		t.log.Error("network logging ended", "err", err)
	}
}

// ended returns why the target failed, if it has.
func (t *target) ended() error {
	if p := t.failure.Load(); p != nil {
		return *p
	}
	return nil
}

// send runs one target from the set-up of its device to the end of its log.
func (r *run) send(ctx context.Context, t *target, src kmsg.Source) error {
	port, local, err := r.port(ctx, t)
	if err != nil {
		return err
	}
	defer port.Close()
	h := frame.Header{
		Source: frame.Endpoint{MAC: port.MAC(), Addr: local, Port: t.LocalPort},
		Target: frame.Endpoint{MAC: t.RemoteMAC, Addr: t.RemoteAddr, Port: t.RemotePort},
	}
	if r.opts.VLAN != 0 {
		h.VLANs = []frame.VLAN{{ID: r.opts.VLAN}}
	}
	template, err := h.Template()
	if err != nil {
		return err
	}
	t.log.Info("network logging started", "source", netip.AddrPortFrom(local, t.LocalPort),
		"source_mac", h.Source.MAC.String(), "to", netip.AddrPortFrom(t.RemoteAddr, t.RemotePort), "to_mac", t.RemoteMAC.String())
	s := netconsole.Sender{
		Format:   t.format,
		Template: template,
		Port:     port,
		Log:      t.log,
		Account:  &t.account,
		Admit:    t.admit,
	}
	if t.delay != nil {
		s.Late = t.delay.late
	}
	if r.bucket != nil {
		s.Batch = r.bucket.burst()
		s.Port = &paced{Port: port, bucket: r.bucket, sleep: time.Sleep, now: time.Now}
	}
	if r.keep.any() {
		s.Capture = r.keep.frame
	}
	if local.Is4() {
		s.NextID = func() uint16 { return uint16(r.id.Add(1)) }
	}
	if t.past != nil {
		s.Source = t.past
		if err := s.Run(ctx); err != nil {
			return err
		}
	}
	var at netconsole.Cursor
	if t.cursor != nil {
		at = t.cursor
	}
	s.Turn(src, at)
	return s.Run(ctx)
}

// port opens the target's way out and tells the source address of its frames.
func (r *run) port(ctx context.Context, t *target) (netconsole.Port, netip.Addr, error) {
	if r.opts.NoWire {
		return r.standIn(t)
	}
	t.away.Store(true)
	defer t.away.Store(false)
	p, err := netpoll.Open(ctx, t.Device, t.LocalAddr, t.RemoteAddr, netpoll.Options{
		CarrierTimeout: r.opts.CarrierTimeout,
		Wait:           r.opts.Wait,
		Patience:       r.opts.patience(),
		Qdisc:          r.opts.Qdisc,
		Log:            t.log,
	})
	if err != nil {
		return nil, netip.Addr{}, err
	}
	d, local := &devicePort{Port: p, t: t}, p.Local()
	if t.AutoMAC {
		q := nexthop.Question{Device: t.Device, Target: t.RemoteAddr, Source: t.LocalAddr, Gateway: t.gateway, VLAN: r.opts.VLAN, Limit: hopTimeout}
		d.hop = newHop(ctx, q, r.opts.MACRefresh, t.log)
		t.RemoteMAC = *d.hop.mac.Load()
		if from := d.hop.from; t.RemoteMAC != frame.Broadcast && from.IsValid() && from != local {
			t.log.Warn("no router forwards what comes from a link-local address: sending from one that it does", "source", from, "instead_of", local)
			local = from
		}
	} else if t.RemoteMAC == frame.Broadcast && r.opts.VLAN == 0 {
		t.warnOfRouters(local)
	}
	return d, local, nil
}

// devicePort adds to a device what the command knows of the target.
type devicePort struct {
	*netpoll.Port
	t   *target
	hop *hop // nil if CONFIG has the target's MAC address
}

func (p *devicePort) Send(frames [][]byte) (int, error) {
	if p.hop != nil {
		mac := p.hop.mac.Load()
		for _, f := range frames {
			copy(f, mac[:])
		}
	}
	return p.Port.Send(frames)
}

// Close closes the device, and ends the search for the target's MAC address.
func (p *devicePort) Close() error {
	if p.hop != nil {
		p.hop.stop()
	}
	return p.Port.Close()
}

func (p *devicePort) MAC() frame.MAC {
	if p.t.mac != nil {
		return *p.t.mac
	}
	return p.Port.MAC()
}

func (p *devicePort) Recover(ctx context.Context, cause error) bool {
	p.t.away.Store(true)
	defer p.t.away.Store(false)
	ok := p.Port.Recover(ctx, cause)
	if ok && p.hop != nil {
		p.hop.soon()
	}
	return ok
}

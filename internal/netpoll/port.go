package netpoll

import (
	"context"
	"errors"
	"net/netip"
	"os"

	"netkmsg/frame"
	"netkmsg/frame/wire"
	"netkmsg/internal/netdev"
)

// Port is an open device. It is the netconsole.Port of a target.
type Port struct {
	dev   string // as configured
	local netip.Addr
	o     Options
	conn  *wire.Conn
	mac   frame.MAC
	dead  bool // without carrier for longer than our patience
}

// Local is the source address, given or chosen. It is kept when the device
// goes and comes back (netpoll: "sticky").
func (p *Port) Local() netip.Addr { return p.local }

// Name is the name of the device.
func (p *Port) Name() string { return p.conn.Name() }

// Send hands frames to the device; see netconsole.Port.
func (p *Port) Send(frames [][]byte) (n int, err error) {
	if len(frames) > 1 {
		n, err = p.conn.SendBatch(frames)
	} else if err = p.conn.Send(frames[0]); err == nil {
		n = 1
	}
	if n > 0 {
		p.dead = false
	}
	return n, err
}

// MAC is the device's present address, or the last one known.
func (p *Port) MAC() frame.MAC {
	if m, err := p.conn.MAC(); err == nil {
		p.mac = m
	}
	return p.mac
}

// Close closes the socket and leaves the device as it is.
func (p *Port) Close() error { return p.conn.Close() }

// Recover waits while the device is down, without carrier or gone. A device
// that is none of these and still refuses frames is congested: the frame is
// lost then, as wire has tried long enough. So it is when the carrier stays
// away for longer than our patience.
func (p *Port) Recover(ctx context.Context, cause error) bool {
	if !wire.Down(cause) && !wire.Gone(cause) && !wire.Full(cause) {
		return false
	}
	if l, err := p.find(); err == nil && ready(l) {
		if l.Index == p.conn.Index() {
			return !wire.Full(cause)
		}
		return p.reopen(l) == nil
	}
	if wire.Full(cause) && p.o.Patience > 0 {
		if p.dead {
			return false
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.o.Patience)
		defer cancel()
	}
	p.o.Log.Warn("network logging stopped, waiting for the device", "why", cause)
	for {
		l, err := netdev.Wait(ctx, p.find, ready)
		if err != nil {
			p.dead = true
			return false
		}
		switch err := p.reopen(l); {
		case err == nil:
			p.o.Log.Info("network logging resumed", "name", l.Name)
			return true
		case !wire.Gone(err): // it has not just gone again
			p.o.Log.Error("the device cannot be opened again", "err", err)
			return false
		}
	}
}

func ready(l netdev.Link) bool { return l.Up && l.Carrier }

// find looks for the device that is open, whatever its name is now, and then
// for one that has come in its place.
func (p *Port) find() (netdev.Link, error) {
	if l, err := netdev.ByIndex(p.conn.Index()); !errors.Is(err, os.ErrNotExist) {
		return l, err
	}
	return Find(p.dev)
}

// reopen gets the socket onto the device, if it is another one than before.
func (p *Port) reopen(l netdev.Link) error {
	if l.Index == p.conn.Index() {
		return nil
	}
	old := p.conn
	if err := p.open(l); err != nil {
		return err
	}
	return old.Close()
}

func (p *Port) open(l netdev.Link) error {
	conn, err := wire.Open(l.Name, wire.Options{Qdisc: p.o.Qdisc})
	if err != nil {
		return err
	}
	p.conn = conn
	p.mac = l.MAC
	return nil
}

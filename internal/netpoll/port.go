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
}

// Local is the source address, given or chosen. It is kept when the device
// goes and comes back (netpoll: "sticky").
func (p *Port) Local() netip.Addr { return p.local }

// Name is the name of the device.
func (p *Port) Name() string { return p.conn.Name() }

// Send hands frames to the device; see netconsole.Port.
func (p *Port) Send(frames [][]byte) (int, error) {
	if len(frames) == 1 {
		if err := p.conn.Send(frames[0]); err != nil {
			return 0, err
		}
		return 1, nil
	}
	return p.conn.SendBatch(frames)
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
// lost then, as wire has tried long enough.
func (p *Port) Recover(ctx context.Context, cause error) bool {
	if !wire.Down(cause) && !wire.Gone(cause) && !wire.Full(cause) {
		return false
	}
	for ctx.Err() == nil {
		l, err := p.find()
		if err == nil && ready(l) {
			if l.Index == p.conn.Index() {
				return !wire.Full(cause)
			}
			if p.reopen(l) {
				return true
			}
		}
		p.o.Log.Warn("network logging stopped, waiting for the device", "why", cause)
		if l, err = netdev.Wait(ctx, p.find, ready); err != nil {
			return false
		}
		p.o.Log.Info("network logging resumed", "name", l.Name)
		if l.Index == p.conn.Index() || p.reopen(l) {
			return true
		}
	}
	return false
}

func ready(l netdev.Link) bool { return l.Up && l.Carrier }

// find looks for the device that is open, whatever its name is now, and then
// for one that has come in its place.
func (p *Port) find() (netdev.Link, error) {
	if l, err := netdev.ByIndex(p.conn.Index()); !errors.Is(err, os.ErrNotExist) {
		return l, err
	}
	return find(p.dev)
}

func (p *Port) reopen(l netdev.Link) bool {
	old := p.conn
	if err := p.open(l); err != nil {
		p.conn = old
		return false
	}
	old.Close()
	return true
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

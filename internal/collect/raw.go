package collect

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/wire"
)

// reopenTime is how long to wait for a device that is gone before looking for
// it again.
const reopenTime = 200 * time.Millisecond

// raw receives the frames of a device, for hosts without an address.
type raw struct {
	dev        string
	at         []netip.AddrPort
	log        *slog.Logger
	conn       *wire.Receiver // nil while the device is gone
	defragment *frame.Defragmenter
	drops      uint64 // told of
	unreadable uint64
	each       func(Datagram)
}

func openRaw(dev string, at []netip.AddrPort, log *slog.Logger) (*raw, error) {
	r := &raw{dev: dev, at: at, log: log, defragment: frame.NewDefragmenter(frame.DefragmentLimits{})}
	return r, r.open()
}

func (r *raw) open() error {
	var ports []uint16
	for _, at := range r.at {
		if at.Port() == 0 {
			return fmt.Errorf("listen on %s: port 0 is none (name those that the senders send to)", r.dev)
		}
		if !slices.Contains(ports, at.Port()) {
			ports = append(ports, at.Port())
		}
	}
	c, err := wire.Listen(r.dev, ports)
	if err != nil {
		return err
	}
	r.conn, r.drops = c, 0
	return nil
}

func (r *raw) read(deadline time.Time, each func(Datagram)) error {
	if r.conn == nil && !r.again(deadline) {
		return os.ErrDeadlineExceeded
	}
	r.each = each
	err := r.conn.Read(deadline, r.frame)
	switch {
	case err == nil, errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, os.ErrClosed):
		return err
	case wire.Gone(err):
		r.log.Warn("the device is gone, waiting for it", "device", r.dev)
		r.conn.Close()
		r.conn = nil
	default:
		r.log.Warn("nothing is received", "why", err)
	}
	return os.ErrDeadlineExceeded
}

// again looks for a device that was gone.
func (r *raw) again(deadline time.Time) bool {
	time.Sleep(min(time.Until(deadline), reopenTime))
	if r.open() != nil {
		return false
	}
	r.log.Info("the device is back", "device", r.dev)
	return true
}

// frame hands over what is whole and for us.
func (r *raw) frame(at time.Time, b []byte, unverified bool) {
	parse := r.defragment.Parse
	if unverified {
		parse = r.defragment.ParseUnverified
	}
	f, err := parse(frame.LinkEthernet, b, at)
	switch {
	case errors.Is(err, frame.ErrFragment), errors.Is(err, frame.ErrNotUDP):
		return
	case err != nil:
		if r.unreadable++; r.unreadable == 1 {
			r.log.Warn("a frame is damaged; more are counted in silence", "why", err)
		}
		return
	case !r.wanted(f.Target):
		return
	}
	from := f.Source.Addr
	if from.IsLinkLocalUnicast() && from.Is6() {
		from = from.WithZone(r.dev)
	}
	r.each(Datagram{At: at, From: netip.AddrPortFrom(from, f.Source.Port),
		To: netip.AddrPortFrom(f.Target.Addr, f.Target.Port), Payload: f.Payload})
}

func (r *raw) wanted(to frame.Endpoint) bool {
	return slices.ContainsFunc(r.at, func(at netip.AddrPort) bool {
		return at.Port() == to.Port && (at.Addr().IsUnspecified() || at.Addr().WithZone("") == to.Addr)
	})
}

func (r *raw) overflow() uint64 {
	if r.conn == nil {
		return 0
	}
	n, err := r.conn.Drops()
	if err != nil || n <= r.drops {
		return 0
	}
	fresh := n - r.drops
	r.drops = n
	return fresh
}

func (r *raw) addr() netip.AddrPort { return r.at[0] }

func (r *raw) buffer() (int, error) { return r.conn.Buffer() }

// Close gives the device back.
func (r *raw) Close() error {
	if r.conn == nil {
		return nil
	}
	return r.conn.Close()
}

package pathtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/wire"
	"netkmsg/internal/netpoll"
	"netkmsg/internal/nexthop"
	"netkmsg/kmsg"
)

// testPriority is facility syslog (5), as loss marks have, and level info: a
// receiver that knows it does not take the record's number for one of the log.
const testPriority = 5<<3 | 6

// hopTimeout is how long to look for the target's MAC address.
const hopTimeout = 2 * time.Second

// link is the device: frames out, and answers in past the host's own stack.
type link struct {
	port     *netpoll.Port
	template *frame.Template
	format   *kmsg.Formatter
	uptime   func() time.Duration
	id       uint16
	in       *wire.Receiver
	voice    *voice // nil where the host answers for its address itself
}

func openLink(ctx context.Context, o *Options) (l *link, err error) {
	t := o.Target
	p, err := netpoll.Open(ctx, t.Device, t.LocalAddr, t.RemoteAddr, netpoll.Options{
		CarrierTimeout: 4 * time.Second, Patience: time.Second, Log: o.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("test: %w", err)
	}
	l = &link{port: p, format: o.Format, uptime: o.Uptime}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	q := nexthop.Question{Device: t.Device, Target: t.RemoteAddr, Source: p.Local(), Limit: hopTimeout}
	if t.AutoMAC {
		r, err := nexthop.Resolve(ctx, q)
		if err != nil {
			return l, fmt.Errorf("test: %w", err)
		}
		t.RemoteMAC = r.MAC
	}
	if l.template, err = (frame.Header{
		Source: frame.Endpoint{MAC: p.MAC(), Addr: p.Local(), Port: t.LocalPort},
		Target: frame.Endpoint{MAC: t.RemoteMAC, Addr: t.RemoteAddr, Port: t.RemotePort},
	}).Template(); err != nil {
		return l, fmt.Errorf("test: %w", err)
	}
	if l.in, err = wire.Listen(p.Name(), []uint16{t.LocalPort}); err != nil {
		return l, fmt.Errorf("test: %w", err)
	}
	k, err := nexthop.AskKernel(q)
	if err != nil {
		return l, fmt.Errorf("test: %w", err)
	}
	if _, own := k.Source(q); !own {
		o.Log.Info("the device does not have the source address: answering for it during the test", "source", p.Local())
		l.voice, err = openVoice(p.Name(), p.Local(), p.MAC())
	}
	return l, err
}

// send sends a test record.
func (l *link) send(t Test) error {
	usec := uint64(l.uptime().Microseconds())
	r, err := kmsg.Parse(fmt.Appendf(nil, "%d,%d,%d,-;%s\n", testPriority, t.N, usec, t.Text()))
	if err != nil {
		return err
	}
	l.format.Begin(r)
	for {
		f, ok := l.format.Next(make([]byte, l.template.HeaderLen(), l.template.HeaderLen()+kmsg.ChunkMax))
		if !ok {
			return nil
		}
		if l.template.IsIPv4() {
			l.id++
			l.template.SetID(l.id)
		}
		if err := l.template.Seal(f); err != nil {
			return err
		}
		if _, err := l.port.Send([][]byte{f}); err != nil {
			return err
		}
	}
}

// receive takes answers until a time, or until done.
func (l *link) receive(ctx context.Context, t *Tally, until time.Time, done func() bool) {
	const wake = 50 * time.Millisecond // to look at ctx
	for now := time.Now(); now.Before(until) && !done() && ctx.Err() == nil; now = time.Now() {
		err := l.in.Read(earlier(until, now.Add(wake)), func(at time.Time, b []byte, unverified bool) {
			parse := frame.Parse
			if unverified {
				parse = frame.ParseUnverified
			}
			f, err := parse(b)
			if err != nil || f.Target.Addr != l.port.Local() {
				return
			}
			if s, ok := ParseSeen(f.Payload); ok {
				t.Receive(s, at)
			}
		})
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !wire.Down(err) {
			return
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (l *link) close() {
	if l.voice != nil {
		l.voice.close()
	}
	if l.in != nil {
		l.in.Close()
	}
	l.port.Close()
}

package targets

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/wire"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netpoll"
	"netkmsg/kmsg"
)

// storeEnabled is a write to the file enabled. op is held.
func (t *Target) storeEnabled(ctx context.Context, data []byte, pid int) error {
	on, ok := netconsole.ParseBool(data)
	switch {
	case len(data) == 0:
		return syscall.EFAULT
	case !ok:
		return syscall.EINVAL
	}
	t.look()
	t.mu.Lock()
	if t.removed {
		t.mu.Unlock()
		return syscall.ENOENT
	}
	step, err := t.life.Write(on, time.Now())
	t.tell(step)
	half := step.Do == netconsole.Open && t.attrs.Release && !t.attrs.Extended
	t.mu.Unlock()
	switch {
	case half:
		_ = t.failed(netconsole.Other, errors.New("release needs the extended format"))
		err = syscall.EINVAL
	case step.Do == netconsole.Open:
		if err = t.enable(ctx, pid); err != nil && t.gone() {
			err = syscall.ENOENT // while it waited
		}
	case step.Do == netconsole.Close:
		t.stop(t.set.over())
	}
	return err
}

// enable gets the target into the world of a process and onto its device. Records that have waited until now go on
// waiting. op is held.
func (t *Target) enable(ctx context.Context, pid int) error {
	t.leave()
	if _, err := t.set.backlog(); err != nil {
		return t.failed(netconsole.Other, err)
	}
	w, err := t.set.worlds.enter(pid, t)
	if err != nil {
		return t.failed(netconsole.Other, err)
	}
	t.mu.Lock()
	t.world = w
	t.mu.Unlock()
	return t.open(ctx)
}

// open makes the device ready and begins to send, or goes on. op is held.
func (t *Target) open(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(t.set.ctx, cancel)
	defer stop()
	t.mu.Lock()
	if t.removed {
		cancel()
	}
	t.abort = cancel
	a, w := t.attrs, t.world
	again := t.chosen && t.set.o.Policy == netconsole.Helpful
	t.mu.Unlock()
	dev := a.Device
	if dev == "" {
		dev = a.Target().Device
	}
	o := t.set.o
	var l netdev.Link
	var conn *wire.Conn
	target := a.Target()
	err := w.run(func() (err error) {
		if again && vanished(dev, target) {
			target.LocalAddr = netip.Addr{}
		}
		l, target.LocalAddr, err = netpoll.Setup(ctx, dev, target.LocalAddr, target.RemoteAddr, netpoll.Options{
			CarrierTimeout: o.CarrierTimeout,
			Qdisc:          o.Qdisc,
			Strict:         o.Policy == netconsole.Kernel,
			Log:            t.logger(),
		})
		if err == nil {
			conn, err = wire.Open(l.Name, wire.Options{Qdisc: o.Qdisc})
		}
		if err == nil {
			l, err = netdev.ByIndex(conn.Index())
		}
		return err
	})
	var s *setup
	if err == nil {
		s, err = t.set.setup(target, l)
	}
	if err != nil {
		if conn != nil {
			conn.Close()
		}
		return t.failed(failure(err), err)
	}
	t.opened(conn, l, target, s)
	return nil
}

// vanished reports whether the device no longer has the target's source address, but another that will do.
func vanished(dev string, t netconsole.Target) bool {
	l, err := netpoll.Find(dev)
	if err != nil {
		return false
	}
	have, err := netpoll.Addresses(l.Index, t.RemoteAddr)
	_, other := netdev.ChooseSource(have, t.RemoteAddr)
	return err == nil && other && !slices.Contains(have, t.LocalAddr)
}

// gone reports whether the target was removed.
func (t *Target) gone() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.removed
}

// failure tells what kept a device from being ready.
func failure(err error) netconsole.Failure {
	switch {
	case errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO):
		return netconsole.NoDevice
	case errors.Is(err, syscall.EDESTADDRREQ):
		return netconsole.NoAddress
	}
	return netconsole.Other
}

// setup makes what frames are made with.
func (s *Set) setup(t netconsole.Target, l netdev.Link) (*setup, error) {
	h := frame.Header{
		Source: frame.Endpoint{MAC: l.MAC, Addr: t.LocalAddr, Port: t.LocalPort},
		Target: frame.Endpoint{MAC: t.RemoteMAC, Addr: t.RemoteAddr, Port: t.RemotePort},
	}
	template, err := h.Template()
	if err != nil {
		return nil, err
	}
	f := kmsg.Format{Extended: t.Extended, NoTime: s.o.NoTime, Syslog: s.o.Syslog}
	if t.Release {
		f.Release = s.o.Release
	}
	format, err := kmsg.NewFormatter(f)
	n := &setup{format: format, template: template}
	if t.LocalAddr.Is4() {
		n.nextID = s.nextID
	}
	return n, err
}

// opened takes up the device. op is held.
func (t *Target) opened(conn *wire.Conn, l netdev.Link, target netconsole.Target, n *setup) {
	s := t.begin()
	t.mu.Lock()
	if b, err := t.extra().Block(); err == nil {
		n.format.Append(b)
	}
	n.format.SetMsgID(t.msgid)
	s.setup.Store(n)
	if s.sender == nil {
		s.start()
	}
	s.conn, t.session, t.link = conn, s, l
	t.attrs.Device = l.Name
	if target.LocalAddr != t.attrs.Local() {
		t.attrs.SetLocal(target.LocalAddr)
		t.chosen = true
	}
	w := t.world
	t.follow(t.life.Opened(device(l), time.Now()))
	t.mu.Unlock()
	w.look(t) // what happened meanwhile was told to a target without a device
}

// begin returns the session that goes on, or a new one that begins with the next record. op is held.
func (t *Target) begin() *session {
	t.mu.Lock()
	s := t.session
	t.mu.Unlock()
	if s == nil {
		log, _ := t.set.backlog()
		s = newSession(t, log.place(log.now()))
	}
	return s
}

package targets

import (
	"net/netip"
	"slices"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
)

var deviceEvents = map[netdev.ChangeKind]netconsole.DeviceEvent{
	netdev.Gone:     netconsole.DeviceUnregistered,
	netdev.Appeared: netconsole.DeviceRegistered,
	netdev.Renamed:  netconsole.DeviceRenamed,
	netdev.Joined:   netconsole.DeviceJoined,
	netdev.Left:     netconsole.DeviceLeft,
	netdev.Released: netconsole.DeviceReleased,
	netdev.NewMAC:   netconsole.DeviceNewMAC,
	netdev.StateNew: netconsole.DeviceNewState,
}

// happened tells the target what happened to devices in its world. The world's lock is held.
func (t *Target) happened(cs []netdev.Change) {
	t.mu.Lock()
	defer t.mu.Unlock()
	was := t.link
	for _, c := range cs {
		d := c.New
		if c.Kind == netdev.Gone {
			d = c.Old
		}
		switch {
		case !t.life.State().On():
			if !t.awaits(c.New) {
				continue
			}
		case d.Index != t.link.Index, d == was && c.Kind != netdev.Gone && c.Kind != netdev.Released:
			continue // another device's, or known
		case c.Kind != netdev.Gone:
			t.link = d
			t.attrs.Device = d.Name
		}
		t.follow(t.life.Happened(deviceEvents[c.Kind], device(d), time.Now()))
	}
	if t.life.State().On() && t.link != was {
		// The target may have opened the device in a state between the two of which the world knows.
		t.follow(t.life.Happened(netconsole.DeviceNewState, device(t.link), time.Now()))
	}
}

// awaits reports whether the target, which has no device, is bound to this one.
func (t *Target) awaits(l netdev.Link) bool {
	if t.attrs.Device != "" {
		return l.Name == t.attrs.Device
	}
	return t.attrs.ByMAC() && l.MAC == t.attrs.DeviceMAC
}

// replace opens the device anew that has been away and is back, with nobody the wiser.
func (t *Target) replace() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.life.State().On() {
		d := device(t.link)
		t.follow(t.life.Happened(netconsole.DeviceUnregistered, d, time.Now()))
		t.follow(t.life.Happened(netconsole.DeviceRegistered, d, time.Now()))
	}
}

// device returns the one that is open.
func (t *Target) device() netdev.Link {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.link
}

func (t *Target) lastMAC() frame.MAC { return t.device().MAC }

// concerned returns the target address if addresses of the device matter: with the helpful policy, where one was chosen or
// is still to be.
func (t *Target) concerned() (remote netip.Addr, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch s := t.life.State(); {
	case t.set.o.Policy == netconsole.Kernel:
		return remote, false
	case s.On():
		ok = t.chosen
	case s == netconsole.Waiting:
		ok = t.life.Lacks() == netconsole.NoAddress
	}
	return t.attrs.Target().RemoteAddr, ok
}

// uses reports whether the device is the target's, or awaited.
func (t *Target) uses(l netdev.Link) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.life.State().On() {
		return l.Index == t.link.Index
	}
	return t.awaits(l)
}

// addressed tells the target which addresses its device has.
func (t *Target) addressed(have []netip.Addr, l netdev.Link) {
	t.mu.Lock()
	defer t.mu.Unlock()
	target := t.attrs.Target()
	a, ok := netdev.ChooseSource(have, target.RemoteAddr)
	if !ok || t.life.State().On() && slices.Contains(have, target.LocalAddr) {
		return
	}
	step := t.life.Happened(netconsole.DeviceNewAddress, device(l), time.Now())
	if step.Do == netconsole.Readdress {
		was := target.LocalAddr
		target.LocalAddr = a
		n, err := t.set.setup(target, l)
		if err != nil || t.session == nil {
			return
		}
		n.format = nil
		t.session.setup.Store(n)
		t.attrs.SetLocal(a)
		step.Log = "the source address " + was.String() + " is gone, sending from " + a.String()
	}
	t.follow(step)
}

// logEnded tells that a session ended because the log cannot be read.
func (t *Target) logEnded(s *session, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.session == s {
		t.follow(t.life.Ended(err, time.Now()))
	}
}

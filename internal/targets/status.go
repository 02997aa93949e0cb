package targets

import (
	"net/netip"
	"time"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
)

// Status is what a target is doing at one moment.
type Status struct {
	Name  string
	State netconsole.State
	Why   string    // the reason of the state, never empty
	Since time.Time // when it came into the state; zero for a target that was never enabled
	// Wanted says that somebody enabled the target: it is on, or waits to be.
	Wanted bool

	Device    string     // the device that is open, or the one that is waited for: name or MAC address
	LocalMAC  frame.MAC  // of the device that is open, else zero
	LocalAddr netip.Addr // source address in use, given or chosen; invalid if none is known yet
	Chosen    bool       // it was chosen, not given

	Counts         netconsole.Counts // since the target was made
	TransmitErrors uint64            // frames that the device refused
	Tries          int               // to get the device back, since it was lost
	NextTry        time.Time         // zero if none is planned
}

// Status returns what the target is doing.
func (t *Target) Status() Status {
	t.look()
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Status{
		Name:           t.name,
		State:          t.life.State(),
		Wanted:         t.life.State() != netconsole.Disabled,
		Device:         t.attrs.Device,
		LocalMAC:       t.link.MAC,
		LocalAddr:      t.attrs.Local(),
		Chosen:         t.chosen,
		Counts:         t.account.Counts(),
		TransmitErrors: t.refused.Load(),
	}
	if s.Device == "" {
		s.Device = t.attrs.Target().Device
	}
	s.Why, s.Since, s.Tries = t.life.Why()
	s.NextTry, _ = t.life.Deadline()
	return s
}

// Config returns the target as a netconsole= line. What such a line cannot hold is left out, and so is a source address
// that was chosen.
func (t *Target) Config() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.attrs.Target()
	if t.chosen {
		c.LocalAddr = netip.Addr{}
	}
	return c.String()
}

// An Event is a line about a target in the log.
type Event struct {
	Time time.Time
	Text string
}

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
	Since time.Time // when it came into the state
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

// An Event is a line about a target in the log.
type Event struct {
	Time time.Time
	Text string
}

package doctor

import (
	"net/netip"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
	"netkmsg/internal/nexthop"
)

// Facts are all that the rules look at.
type Facts struct {
	Target netconsole.Target
	Host   Host

	Link    netdev.Link
	LinkErr error  // why there is no Link
	Driver  string // of the device, as ethtool -i names it; empty if it has none
	Local   bool   // the target's address is this host's own

	// Hop is what the wire says; Asked says that it was asked, HopErr why the MAC address is not known all the same.
	Hop    nexthop.Result
	Asked  bool
	HopErr error

	// The route that the kernel would take, over whatever device.
	Route       netdev.Route
	RouteErr    error
	RouteDevice string
}

// Host is what does not depend on the target.
type Host struct {
	NetRaw, NetAdmin, Syslog bool  // capabilities in force
	KmsgErr                  error // why /dev/kmsg cannot be read
	DmesgRestrict            bool  // kernel.dmesg_restrict
	// ConsoleLevel is the kernel's: records with a level below it reach consoles. 0 if it is not known.
	ConsoleLevel   int
	IgnoreLogLevel bool // the kernel's ignore_loglevel is set
}

// source returns the source address of the frames, and whether the device has it.
func (f Facts) source() (a netip.Addr, own bool) {
	return f.Hop.Kernel.Source(f.Hop.Question)
}

// with returns a command with CONFIG as it should be, and with a change.
func (f Facts) with(change func(*netconsole.Target)) string {
	return "netkmsg send " + f.mended(change).String()
}

// mended puts in the MAC address that was found, and a source address that the router to the target forwards.
func (f Facts) mended(change func(*netconsole.Target)) netconsole.Target {
	t := f.Target
	if f.known() && !t.AutoMAC {
		t.RemoteMAC = f.Hop.MAC
	}
	if f.Hop.Strayed() {
		if a, _, ok := f.Hop.Global(); ok {
			t.LocalAddr = a
		}
	}
	change(&t)
	return t
}

// known reports whether the target's MAC address was found.
func (f Facts) known() bool { return f.Asked && f.Hop.MAC != (frame.MAC{}) }

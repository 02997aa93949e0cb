package send

import (
	"fmt"
	"net/netip"
	"os"
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/logline"
	"netkmsg/internal/netconsole"
)

// plan checks the settings and makes the targets, before anything is opened.
func (o *Options) plan(log *logline.Logger) ([]*target, error) {
	switch {
	case o.VLAN > 4094:
		return nil, usagef("--vlan %d: want a number from 1 to 4094", o.VLAN)
	case o.Explain != "" && o.Explain != "exit" && o.Explain != "continue":
		return nil, usagef("--explain=%s: want exit or continue", o.Explain)
	case o.Stats < 0:
		return nil, usagef("--stats %v: want a time above 0", o.Stats)
	case o.MACRefresh <= 0:
		return nil, usagef("--mac-refresh %v: want a time above 0", o.MACRefresh)
	case o.Cursor != "" && !o.live():
		return nil, usagef("--cursor is for /dev/kmsg: the numbers in %s count for no boot", o.From)
	case o.Cursor != "" && o.NoWire:
		return nil, usagef("--cursor and --no-wire exclude each other: nothing is sent that need not be sent again")
	case o.Yield && o.Cursor == "":
		return nil, usagef("--yield is for a run with --cursor: another one could not go on where it ends")
	case o.Rate != "" && o.NoWire:
		return nil, usagef("--rate and --no-wire exclude each other: there is no link to protect")
	case o.CarrierTimeout < 0:
		return nil, usagef("--carrier-timeout %v: want 0 or a time above", o.CarrierTimeout)
	}
	if err := o.checkDelay(); err != nil {
		return nil, err
	}
	ts, err := o.targets()
	if err != nil {
		return nil, err
	}
	admit, err := Admit(o.LogLevel)
	if err != nil {
		return nil, err
	}
	var mac *frame.MAC
	if o.SourceMAC != "" {
		m, err := frame.ParseMAC(o.SourceMAC)
		if err != nil {
			return nil, usagef("--source-mac: %w", err)
		}
		mac = &m
	}
	var plan []*target
	for i, t := range ts {
		switch {
		case t.AutoMAC && o.Strict:
			return nil, usagef("--strict: the kernel does not know the target MAC address auto: write it out (netkmsg resolve finds it)")
		case t.AutoMAC && o.NoWire:
			return nil, usagef("--no-wire: the target MAC address auto is asked for on the wire: write it out")
		}
		f, err := o.format(t)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("cmdline%d", i)
		plan = append(plan, &target{Target: t, name: name, format: f, admit: admit, mac: mac,
			log: log.With("target", name, "dev", t.Device)})
		if !t.Extended && len(o.Userdata)+len(o.Sysdata) > 0 {
			plan[i].log.Warn("the basic format has no place for userdata and sysdata: write + in front of the target")
		}
	}
	if err := o.sourceIP(plan); err != nil {
		return nil, err
	}
	return plan, o.gateway(plan)
}

// gateway gives --gateway to the targets whose MAC address is looked up.
func (o *Options) gateway(plan []*target) error {
	if o.Gateway == "" {
		return nil
	}
	a, err := netip.ParseAddr(o.Gateway)
	if err != nil || a.Zone() != "" {
		return usagef("--gateway %q: want an IPv4 or IPv6 address, without zone", o.Gateway)
	}
	used := false
	for _, t := range plan {
		if t.AutoMAC && t.RemoteAddr.Is4() == a.Is4() {
			t.gateway, used = a, true
		}
	}
	if !used {
		return usagef("--gateway %s: no target of its family has the MAC address auto: write auto behind the last /", a)
	}
	return nil
}

// sourceIP gives --source-ip to the targets that have no source of their own.
func (o *Options) sourceIP(plan []*target) error {
	if o.SourceIP == "" {
		return nil
	}
	a, err := netip.ParseAddr(o.SourceIP)
	if err != nil || a.Zone() != "" {
		return usagef("--source-ip %q: want an IPv4 or IPv6 address, without zone", o.SourceIP)
	}
	used := false
	for _, t := range plan {
		if !t.LocalAddr.IsValid() && t.RemoteAddr.Is4() == a.Is4() {
			t.LocalAddr, used = a, true
		}
	}
	if !used {
		return usagef("--source-ip %s: no target takes it: each has a source address or is of the other family", a)
	}
	return nil
}

const nameIt = "name device and receiver, as in @/eth0,@fe80::2/"

// targets parses CONFIG, or else the kernel's own command line.
func (o *Options) targets() ([]netconsole.Target, error) {
	line := strings.Join(o.Config, " ") // a shell may have split it at a blank: let the parser point there
	if len(o.Config) == 0 {
		b, err := os.ReadFile("/proc/cmdline")
		if err != nil {
			return nil, usagef("no CONFIG, and the kernel's command line cannot be read: %w (%s)", err, nameIt)
		}
		var ok bool
		if line, ok = netconsole.BootLine(string(b)); !ok {
			return nil, usagef("no CONFIG, and neither netkmsg= nor netconsole= on the kernel's command line (%s)", nameIt)
		}
	}
	ts, err := netconsole.Parse(line)
	if err != nil {
		return nil, usageError{err}
	}
	return ts, nil
}

package send

import (
	"fmt"
	"io"
	"os"
	"strings"

	"netkmsg/internal/logline"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/option"
)

// CmdlineArgs returns the arguments of the sender that a kernel's command line
// asks for, and whether it asks for one at all: its targets are those of
// netkmsg=, else of netconsole=, and netkmsg.flags= has flags with commas
// between them.
//
// The sender waits for its devices, as they may be made later in the boot.
func CmdlineArgs(cmdline string) ([]string, bool) {
	config, ok := netconsole.BootLine(cmdline)
	if !ok {
		return nil, false
	}
	args := []string{"--wait"}
	if flags, _ := netconsole.Param(cmdline, "netkmsg.flags"); flags != "" {
		args = append(args, strings.Split(flags, ",")...)
	}
	return append(args, config), true
}

// background starts a sender as the kernel's command line says, with flags
// in front, and returns when it runs. A line that asks for none is in order; it
// is told, as whoever called us may expect one.
func background(name, cmdline string, flags []string, st Streams) error {
	b, err := os.ReadFile(cmdline)
	if err != nil {
		return fmt.Errorf("--cmdline: %w (mount a proc on /proc)", err)
	}
	args, ok := CmdlineArgs(string(b))
	if !ok {
		fmt.Fprintln(st.Err, "netkmsg: nothing to send: neither netkmsg= nor netconsole= on the kernel's command line")
		return nil
	}
	args = append(flags, args...)
	if err := check(name, args); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("--cmdline: which program this is: %w", err)
	}
	return Background(self, args)
}

// check finds the faults that a sender would find in its arguments. Those of
// one in the background would come too late for an exit status.
func check(name string, args []string) error {
	var o Options
	var f option.Set
	o.Register(&f)
	config, err := f.Parse(args)
	if err != nil {
		return Usage(fmt.Errorf("%w (in netkmsg.flags=? %s --help has them all)", err, name))
	}
	o.Config = config
	log, err := logline.New(o.LogFormat, io.Discard)
	if err != nil {
		return usagef("--log-format %w", err)
	}
	_, err = o.plan(log)
	return err
}

package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"netkmsg/frame/match"
	"netkmsg/internal/expect"
)

// expectFlags are the command line of expect.
type expectFlags struct {
	flags   *pflag.FlagSet
	wish    expect.Wish
	files   []string
	command []string
	dashes  bool

	dev      string
	socket   bool
	outgoing bool
	none     bool
	within   time.Duration

	explain, json, quiet bool
	pcap                 string
	force                bool
}

// conditionFlag is the pflag.Value of a field that is waited for.
type conditionFlag struct {
	m     *match.Match
	field match.Field
}

// String returns nothing, as no condition is the default.
func (f conditionFlag) String() string { return "" }

// Set adds a condition. pflag names the flag in front of an error.
func (f conditionFlag) Set(s string) error {
	err := f.m.Set(f.field.Name, s)
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "--"+f.field.Name+": "))
	}
	return nil
}

// Type returns what the value is called in the help.
func (f conditionFlag) Type() string {
	if f.field.Arg == "" {
		return "bool"
	}
	return f.field.Arg
}

func (o *expectFlags) register(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVarP(&o.dev, "dev", "i", "", "`DEVICE` to receive on, any address and protocol; what this host sends does not count")
	f.BoolVar(&o.socket, "socket", false, "receive by a UDP socket at --dport instead: behind the host's firewall, for its own addresses")
	f.BoolVar(&o.outgoing, "outgoing", false, "what this host sends on the device counts, too")
	for _, x := range match.Fields() {
		f.Var(conditionFlag{&o.wish.Match, x}, x.Name, x.Usage)
		if x.Arg == "" {
			f.Lookup(x.Name).NoOptDefVal = "true"
		}
	}
	f.IntVar(&o.wish.Count, "count", 1, "`N` frames are to match; the wait is over with the last")
	f.BoolVar(&o.wish.Exactly, "exactly", false, "wait the whole time: not one more than --count may match")
	f.BoolVar(&o.none, "none", false, "wait the whole time: nothing may match")
	f.DurationVar(&o.within, "within", 5*time.Second, "wait so long, `TIME`, from when it listens")
	f.BoolVar(&o.explain, "explain", false, "show every frame that matches field by field, with a hex dump")
	f.BoolVar(&o.json, "json", false, "print every frame that matches, and the outcome, as JSON, one a line")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "do not print the frames that match; with --json, the outcome alone")
	f.StringVar(&o.pcap, "pcap", "", "copy the frames that match to `FILE`: pcap with nanoseconds, pcapng if so named, - for standard output")
	f.BoolVar(&o.force, "force", false, "overwrite the --pcap file")
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if field, ok := match.Aliases()[name]; ok {
			name = field
		}
		return pflag.NormalizedName(name)
	})
}

// check refuses flags that contradict each other.
func (o *expectFlags) check() error {
	live := o.dev != "" || o.socket
	if o.none {
		if o.flags.Changed("count") || o.wish.Exactly {
			return errors.New("--none is --count 0 --exactly: give no count beside it")
		}
		o.wish.Count, o.wish.Exactly = 0, true
	}
	switch {
	case o.wish.Count < 1 && !o.wish.Exactly:
		return fmt.Errorf("--count %d: want 1 or more, or --none", o.wish.Count)
	case o.wish.Count < 0:
		return fmt.Errorf("--count %d: want 0 or more", o.wish.Count)
	case o.within <= 0:
		return fmt.Errorf("--within %v: want some time", o.within)
	case live && len(o.files) > 0:
		return fmt.Errorf("%q beside --dev or --socket: wait on a device or read a capture (a command stands behind --)", o.files[0])
	case !live && len(o.files) == 0:
		return errors.New("nothing to look at: give a device (-i DEV), --socket, or a capture file")
	case len(o.files) > 1:
		return fmt.Errorf("%d capture files: give one", len(o.files))
	case !live && o.flags.Changed("within"):
		return errors.New("--within with a capture file: it ends where it ends")
	case o.dashes && len(o.command) == 0:
		return errors.New("no command behind --")
	case !live && len(o.command) > 0:
		return errors.New("a command with a capture file: it runs while a device is listened on")
	case o.outgoing && (o.socket || o.dev == ""):
		return errors.New("--outgoing is for a device (-i DEV) without --socket")
	case o.socket && (o.pcap != "" || o.explain):
		return errors.New("--socket without --pcap and --explain: a socket sees no frames")
	case o.force && o.pcap == "":
		return errors.New("--force is for the --pcap file: give one")
	}
	if err := o.checkOutput(); err != nil {
		return err
	}
	return o.wish.Match.Check()
}

func (o *expectFlags) checkOutput() error {
	switch {
	case o.explain && (o.json || o.quiet):
		return errors.New("--explain excludes --json and --quiet: choose one")
	case o.pcap == "-" && (!o.quiet || o.json):
		return errors.New("--pcap - writes to standard output, as do the lines of what matches: give --quiet without --json")
	}
	return nil
}

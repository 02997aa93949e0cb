// Package send is the source host's command: it reads the kernel log and puts
// it on the wire, frame for frame as the kernel's netconsole would.
//
// It knows no command framework and no capture library, so that the rescue
// binary can be made of it alone.
package send

import (
	"io"
	"time"

	"netkmsg/internal/option"
)

// Options are the settings of one run, as the flags give them.
type Options struct {
	Config []string // targets in the kernel's grammar; empty: from /proc/cmdline

	From, Input, Backlog string
	NoFollow             bool
	Cursor               string
	Yield                bool
	LastCrash            string // first, only, or nothing
	EraseCrash           bool
	LogLevel             string

	Rate                string
	MaxDelay            time.Duration
	Priority            uint16
	NoWire, Qdisc, Wait bool
	Realtime            bool
	CarrierTimeout      time.Duration
	MACRefresh          time.Duration
	Strict              bool

	SourceMAC, SourceIP string
	VLAN                uint16
	Gateway             string
	Release             string
	Userdata, Sysdata   []string
	PrintkTime          string
	MsgFormat           string
	IPv4ID              uint16

	Explain   string
	Stats     time.Duration
	LogFormat string
}

// Register defines the flags and their defaults, in the order of the help.
func (o *Options) Register(f *option.Set) {
	f.StringVar(&o.From, "from", "/dev/kmsg", "the log: a device or `FILE`, - for standard input")
	f.StringVar(&o.Input, "input", "auto", "`FORMAT` of a file: auto, kmsg (as read from /dev/kmsg), text (as dmesg prints)")
	f.StringVar(&o.Backlog, "backlog", "all", "begin with all or new: `WHAT` the kernel still has, or what comes")
	f.BoolVar(&o.NoFollow, "no-follow", false, "end when the log is at its end")
	f.StringVar(&o.Cursor, "cursor", "", "keep in `FILE` how far /dev/kmsg was sent, and go on there")
	f.BoolVar(&o.Yield, "yield", false, "end as soon as another run opens --cursor; it goes on exactly there")
	f.StringVar(&o.LastCrash, "last-crash", "", "send what the previous kernel left (pstore, kdump), `THEN` the log: first; or only that")
	f.Lookup("last-crash").NoOptDefVal = "first"
	f.BoolVar(&o.EraseCrash, "erase-crash", false, "at the end erase its files, if every record was sent or filtered")
	f.StringVar(&o.LogLevel, "loglevel", "all", "send records with a level below `N`; console: below the kernel's own")

	f.StringVar(&o.Rate, "rate", "", "send at most `RATE`, all targets together: 1000/s (frames) or 10Mbit/s; later, not less")
	f.DurationVar(&o.MaxDelay, "max-delay", 0, "suppress and count what would leave later than `TIME` after it was logged")
	f.Uint16Var(&o.Priority, "priority", defaultPriority, "suppress no records with a level below `N`: they go first")
	f.BoolVar(&o.Realtime, "realtime", false, "stay in memory, go before other processes, be spared when memory is short")
	f.BoolVar(&o.Qdisc, "qdisc", false, "go through the device's queueing discipline instead of past it")
	f.BoolVar(&o.Wait, "wait", false, "wait for a device to appear and be up")
	f.DurationVar(&o.CarrierTimeout, "carrier-timeout", 4*time.Second, "`TIME` to wait for the carrier of a device that was down")
	f.DurationVar(&o.MACRefresh, "mac-refresh", 30*time.Second, "`INTERVAL` to look the target MAC address auto up again")
	f.BoolVar(&o.Strict, "strict", false, "refuse in CONFIG what the kernel does not know: the MAC address auto")
	f.BoolVar(&o.NoWire, "no-wire", false, "send nothing; needs no device and no privilege")

	f.StringVar(&o.SourceMAC, "source-mac", "", "source `MAC` address instead of the device's")
	f.StringVar(&o.SourceIP, "source-ip", "", "source `ADDRESS` where CONFIG gives none, instead of the device's")
	f.Uint16Var(&o.VLAN, "vlan", 0, "send in VLAN `ID` of the cable, without a VLAN device; 0: without tag")
	f.StringVar(&o.Gateway, "gateway", "", "`ADDRESS` of the router whose MAC address auto looks up, if not the kernel's")
	f.StringVar(&o.Release, "release", "", "kernel release to `TELL` instead of this host's")
	f.ArrayVar(&o.Userdata, "userdata", "append `KEY=VALUE` to extended records (repeatable)")
	f.ListVar(&o.Sysdata, "sysdata", "append `LIST` to extended records: release, msgid")
	f.StringVar(&o.PrintkTime, "printk-time", "auto", "time stamps in the basic format: `BOOL`, or as this kernel has them")
	f.Lookup("printk-time").NoOptDefVal = "true"
	f.StringVar(&o.MsgFormat, "console-msg-format", "default", "basic `FORMAT`: default, or syslog for <priority> before each line")
	f.Uint16Var(&o.IPv4ID, "ipv4-id", 1, "identification of the first IPv4 packet: `N`")

	f.StringVar(&o.Explain, "explain", "", "show the first frame field by field, and `THEN` exit or continue")
	f.Lookup("explain").NoOptDefVal = "exit"
	f.DurationVar(&o.Stats, "stats", 0, "print the account every `INTERVAL`")
	f.StringVar(&o.LogFormat, "log-format", "text", "`FORMAT` of messages on standard error: text, json")
}

const defaultPriority = 4 // errors and worse

// Streams are the standard streams of a run.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Capture keeps a copy of every frame. A nil Capture keeps none.
type Capture interface {
	Write(at time.Time, f []byte) error
	Close() error
}

// patience is how long a target waits for a carrier that was lost. The
// kernel's log keeps while it waits; another input ends, and the run with it.
func (o *Options) patience() time.Duration {
	if o.live() && !o.NoFollow {
		return 0
	}
	return max(o.CarrierTimeout, 1)
}

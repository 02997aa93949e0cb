package cli

import (
	"time"

	"github.com/spf13/pflag"

	"netkmsg/internal/craft"
)

// craftFlags are the command line of craft.
type craftFlags struct {
	fields []setting // in the order given

	dev    string
	like   string
	replay string
	speed  float64
	loops  uint64
	noWire bool
	qdisc  bool

	rate      string
	rateGiven bool
	interval  time.Duration
	workers   int

	pcap                       string
	force, append              bool
	hex, explain, json, goCode bool
}

// A setting is a field of the recipe as it was given.
type setting struct{ name, value string }

// fieldFlag is the pflag.Value of a field. It only takes notes: a field may
// change what a frame of a capture has, which is read first.
type fieldFlag struct {
	o     *craftFlags
	field craft.Field
}

// String returns the default, for the help.
func (f fieldFlag) String() string { return f.field.Default }

// Set notes a value.
func (f fieldFlag) Set(s string) error {
	f.o.fields = append(f.o.fields, setting{f.field.Name, s})
	return nil
}

// Type returns what the value is called in the help.
func (f fieldFlag) Type() string {
	if f.field.Arg == "" {
		return "bool"
	}
	return f.field.Arg
}

func (o *craftFlags) register(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVarP(&o.dev, "dev", "i", "", "`DEVICE` to send on, and to take own addresses and the MTU from")
	f.StringVar(&o.like, "like", "", "begin with a frame of a capture, `FILE[:N]`, the Nth or the first, instead of the defaults; lengths and checksums become right")
	f.StringVar(&o.replay, "replay", "", "send a capture `FILE` with its timing; MAC and IP addresses, ports and --vlan (none: untagged) are rewritten where given")
	f.Float64Var(&o.speed, "speed", 1, "replay at `X` times the capture's speed")
	f.Uint64Var(&o.loops, "loops", 1, "replay the capture `N` times; 0: until stopped")
	f.BoolVar(&o.noWire, "no-wire", false, "send nothing")
	f.BoolVar(&o.qdisc, "qdisc", false, "go through the device's queueing discipline instead of past it")
	for _, x := range craft.Fields() {
		usage := x.Usage
		if x.Default == "0" { // which pflag takes for none
			usage += " (default 0)"
		}
		f.Var(fieldFlag{o, x}, x.Name, usage)
		if x.Arg == "" {
			f.Lookup(x.Name).NoOptDefVal = "true"
		}
	}
	f.StringVar(&o.rate, "rate", "max", "`RATE` at which frames leave, evenly: 1000/s, 10Mbit/s, or max")
	f.DurationVar(&o.interval, "interval", 0, "`TIME` from frame to frame, instead of --rate")
	f.IntVar(&o.workers, "workers", 1, "`N` sockets send at once, taking turns by frame")
	f.StringVar(&o.pcap, "pcap", "", "copy every frame to `FILE`: pcap with nanoseconds, pcapng if so named, - for standard output")
	f.BoolVar(&o.force, "force", false, "overwrite the --pcap file")
	f.BoolVar(&o.append, "append", false, "append to the --pcap file")
	f.BoolVar(&o.explain, "explain", false, "show the first frame field by field, with a hex dump; send nothing")
	f.BoolVar(&o.hex, "hex", false, "print every frame in hexadecimal, one a line; send nothing")
	f.BoolVar(&o.json, "json", false, "print every frame's fields and bytes as JSON, one a line; send nothing")
	f.BoolVar(&o.goCode, "go", false, "print a Go program that builds the first frame; send nothing")
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if field, ok := craft.Aliases()[name]; ok {
			name = field
		}
		return pflag.NormalizedName(name)
	})
}

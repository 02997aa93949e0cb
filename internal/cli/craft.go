package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"netkmsg/frame/pcap"
	"netkmsg/internal/craft"
	"netkmsg/internal/send"
)

// craftFlags are the command line of craft.
type craftFlags struct {
	fields []setting // in the order given

	dev           string
	pcap          string
	force, append bool
	noWire        bool
	hex           bool
}

// A setting is a field of the recipe as it was given.
type setting struct{ name, value string }

// fieldFlag is the pflag.Value of a field. It only takes notes: what a value
// means may depend on flags behind it.
type fieldFlag struct {
	o     *craftFlags
	field craft.Field
}

func (f fieldFlag) String() string { return f.field.Default }

func (f fieldFlag) Set(s string) error {
	f.o.fields = append(f.o.fields, setting{f.field.Name, s})
	return nil
}

func (f fieldFlag) Type() string {
	if f.field.Arg == "" {
		return "bool"
	}
	return f.field.Arg
}

func craftCommand(st send.Streams) *cobra.Command {
	var o craftFlags
	c := &cobra.Command{
		Use:   "craft [flags]",
		Short: "Make any Ethernet frame with UDP over IPv6 or IPv4",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return send.Usage(fmt.Errorf("%q is not a flag (%s -h helps)", args[0], c.CommandPath()))
			}
			return o.run(st)
		},
	}
	o.register(c.Flags())
	return c
}

func (o *craftFlags) register(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVarP(&o.dev, "dev", "i", "", "`DEVICE` to send on")
	for _, x := range craft.Fields() {
		f.Var(fieldFlag{o, x}, x.Name, x.Usage)
		if x.Arg == "" {
			f.Lookup(x.Name).NoOptDefVal = "true"
		}
	}
	f.StringVar(&o.pcap, "pcap", "", "copy every frame to `FILE`: pcap with nanoseconds, pcapng if so named, - for standard output")
	f.BoolVar(&o.force, "force", false, "overwrite the --pcap file")
	f.BoolVar(&o.append, "append", false, "append to the --pcap file")
	f.BoolVar(&o.noWire, "no-wire", false, "send nothing")
	f.BoolVar(&o.hex, "hex", false, "print every frame as a line of hexadecimal digits")
}

// recipe reads the fields.
func (o *craftFlags) recipe(st send.Streams) (craft.Recipe, error) {
	r := craft.Default()
	for _, s := range o.fields {
		if err := r.Set(s.name, s.value); err != nil {
			return r, send.Usage(err)
		}
	}
	return r, r.Load(func(name string) ([]byte, error) {
		if name == "-" {
			return io.ReadAll(st.In)
		}
		return os.ReadFile(name)
	})
}

func (o *craftFlags) run(st send.Streams) (err error) {
	r, err := o.recipe(st)
	if err != nil {
		return err
	}
	s, err := r.Sequence(craft.Host{})
	if err != nil {
		return send.Usage(err)
	}
	var file *pcap.Writer
	if o.pcap != "" {
		if file, err = pcap.Create(o.pcap, pcap.Options{Force: o.force, Append: o.append, Stdout: st.Out}); err != nil {
			return err
		}
		defer func() {
			if e := file.Close(); err == nil {
				err = e
			}
		}()
	}
	buf := make([]byte, 0, s.Longest())
	for i := range s.Len() {
		f, err := s.Frame(i, buf)
		if err != nil {
			return err
		}
		if o.hex {
			fmt.Fprintf(st.Out, "%x\n", f)
		}
		if file != nil {
			if err := file.Write(epoch(i), f); err != nil {
				return err
			}
		}
	}
	return nil
}

// epoch is when frame i of a capture is said to have been sent that never was on
// a wire: the same flags give the same bytes.
func epoch(i uint64) time.Time { return time.Unix(0, int64(i)*int64(time.Microsecond)).UTC() }

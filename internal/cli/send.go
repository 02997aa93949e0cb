package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"netkmsg/frame/pcap"
	"netkmsg/internal/logline"
	"netkmsg/internal/option"
	"netkmsg/internal/send"
)

func sendCommand(st send.Streams) *cobra.Command {
	var o send.Options
	var file string
	var force, join bool
	c := &cobra.Command{
		Use:   "send [flags] [[netconsole=]CONFIG]",
		Short: "Send this host's kernel log as netconsole does",
		RunE: func(c *cobra.Command, args []string) error {
			o.Config = args
			if force && join {
				return send.Usage(errors.New("--force and --append exclude each other: overwrite the capture file or continue it"))
			}
			if file != "" {
				return send.RunUntilSignal(c.Context(), o, st, func(log logline.Log) (send.Capture, error) {
					w, err := pcap.Create(file, pcap.Options{Force: force, Append: join, Stdout: st.Out})
					if err == nil && w.Trimmed() > 0 {
						log.Warn("cut an unfinished packet off the capture file", "file", file, "bytes", w.Trimmed())
					}
					return w, err
				})
			}
			if o.NoWire && o.Explain == "" {
				return send.Usage(errors.New("--no-wire without --pcap or --explain would do nothing"))
			}
			return send.RunUntilSignal(c.Context(), o, st, nil)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	var both option.Set
	o.Register(&both)
	AddFlags(f, &both)
	f.StringVar(&file, "pcap", "", "copy every frame to `FILE`: pcap with nanoseconds, pcapng if so named, - for standard output")
	f.BoolVar(&force, "force", false, "overwrite the --pcap file")
	f.BoolVar(&join, "append", false, "append to the --pcap file")
	c.SetHelpFunc(func(c *cobra.Command, args []string) {
		flags := ""
		if !slices.Contains(args, "-h") {
			flags = c.Flags().FlagUsagesWrapped(80)
		}
		fmt.Fprint(st.Out, send.Help(c.CommandPath(), flags))
	})
	return c
}

// AddFlags gives flags that the rescue binary reads itself to this command's
// library, which knows none without a name.
func AddFlags(f *pflag.FlagSet, s *option.Set) {
	for _, x := range s.All() {
		if x.Name != "" {
			f.VarPF(x.Value, x.Name, "", x.Usage).NoOptDefVal = x.NoOptDefVal
		}
	}
}

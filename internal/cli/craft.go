package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"netkmsg/internal/craft"
	"netkmsg/internal/send"
	"netkmsg/internal/transmit"
)

func craftCommand(st send.Streams) *cobra.Command {
	var o craftFlags
	c := &cobra.Command{
		Use:   "craft [flags]",
		Short: "Make any Ethernet frame with UDP over IPv6 or IPv4, and send it",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return send.Usage(fmt.Errorf("%q is not a flag (%s -h helps)", args[0], c.CommandPath()))
			}
			o.rateGiven = c.Flags().Changed("rate")
			return o.run(c.Context(), st)
		},
	}
	o.register(c.Flags())
	c.SetHelpFunc(func(c *cobra.Command, args []string) {
		fmt.Fprint(st.Out, craftHelp(c.CommandPath(), c.Flags(), !slices.Contains(args, "-h")))
	})
	return c
}

// run makes the frames and has them printed, kept or sent.
func (o *craftFlags) run(ctx context.Context, st send.Streams) error {
	if err := o.check(); err != nil {
		return send.Usage(err)
	}
	rate, err := o.pace()
	if err != nil {
		return send.Usage(err)
	}
	host, err := o.host()
	if err != nil {
		return err
	}
	r, err := o.recipe(st)
	if err != nil {
		return err
	}
	if o.replay != "" {
		return o.runReplay(ctx, st, &r, host, rate)
	}
	s, err := r.Sequence(host)
	if err != nil {
		return send.Usage(err)
	}
	for _, d := range r.Deviations() {
		fmt.Fprintf(st.Err, "netkmsg: on purpose: %s\n", d)
	}
	if o.wire() {
		return o.send(ctx, st, s, transmit.Options{Rate: rate, Workers: o.workers})
	}
	if s.Len() == 0 {
		return send.Usage(errors.New("--count 0, without end, is for the wire: give a number"))
	}
	return o.keep(st, &r, s, rate)
}

// wire reports whether frames are to be sent.
func (o *craftFlags) wire() bool { return o.dev != "" && !o.noWire && len(o.shown()) == 0 }

// shown names the flags that print frames.
func (o *craftFlags) shown() (names []string) {
	for _, f := range []struct {
		on   bool
		name string
	}{{o.hex, "--hex"}, {o.explain, "--explain"}, {o.json, "--json"}, {o.goCode, "--go"}} {
		if f.on {
			names = append(names, f.name)
		}
	}
	return names
}

// check refuses flags that contradict each other.
func (o *craftFlags) check() error {
	shown := o.shown()
	switch {
	case len(shown) > 1:
		return fmt.Errorf("%s exclude each other: choose one", strings.Join(shown, " and "))
	case o.force && o.append:
		return errors.New("--force and --append exclude each other: overwrite the capture file or continue it")
	case o.pcap == "" && (o.force || o.append):
		return errors.New("--force and --append are for the --pcap file: give one")
	case o.replay != "" && o.like != "":
		return errors.New("--replay and --like exclude each other: send a capture, or frames like one of its own")
	case o.replay != "" && (o.explain || o.json || o.goCode):
		return fmt.Errorf("%s is for crafted frames: --replay has --hex and --pcap", shown[0])
	case o.replay == "" && (o.speed != 1 || o.loops != 1):
		return errors.New("--speed and --loops are for --replay")
	case o.speed <= 0 || o.speed > 1e6:
		return fmt.Errorf("--speed %v: want a number above 0, 1000000 at most", o.speed)
	case o.replay != "" && o.speed != 1 && (o.interval != 0 || o.rateGiven):
		return errors.New("--speed is the capture's timing; --rate and --interval are another: choose one")
	case o.replay != "" && o.workers != 1 && !o.rateGiven:
		return errors.New("--workers: the capture's timing is for one; give --rate")
	case o.workers < 1 || o.workers > 64:
		return fmt.Errorf("--workers %d: want 1 to 64", o.workers)
	case o.pcap == "-" && len(shown) > 0:
		return fmt.Errorf("%s and --pcap - both write to standard output: give a file", shown[0])
	case o.dev == "" && o.pcap == "" && len(shown) == 0:
		return errors.New("nowhere to go: give --dev to send, --pcap to keep, or --explain, --hex, --json or --go to see")
	case o.noWire && o.pcap == "" && len(shown) == 0:
		return errors.New("--no-wire without --pcap or --explain would do nothing")
	}
	return nil
}

// recipe reads the fields.
func (o *craftFlags) recipe(st send.Streams) (craft.Recipe, error) {
	r := craft.Default()
	if o.like != "" {
		var err error
		if r, err = likeFrame(o.like, st.In); err != nil {
			return r, err
		}
	}
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

package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"netkmsg/internal/expect"
	"netkmsg/internal/send"
)

func expectCommand(st send.Streams) *cobra.Command {
	var o expectFlags
	c := &cobra.Command{
		Use:   "expect [flags] {-i DEV | FILE} [-- COMMAND…]",
		Short: "Wait for frames with given fields; say how the nearest miss differs",
		RunE: func(c *cobra.Command, args []string) error {
			o.flags = c.Flags()
			if n := c.ArgsLenAtDash(); n >= 0 {
				args, o.command = args[:n], args[n:]
				o.dashes = true
			}
			o.files = args
			if err := o.check(); err != nil {
				return send.Usage(fmt.Errorf("%w (%s -h helps)", err, c.CommandPath()))
			}
			return o.run(c.Context(), st)
		},
	}
	o.register(c.Flags())
	c.SetHelpFunc(func(c *cobra.Command, args []string) {
		fmt.Fprint(st.Out, expectHelp(c.CommandPath(), c.Flags(), !slices.Contains(args, "-h")))
	})
	return c
}

// run waits and tells what came.
func (o *expectFlags) run(ctx context.Context, st send.Streams) (err error) {
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	src, err := o.source(st)
	if err != nil {
		return err
	}
	show, err := o.shower(st)
	if err != nil {
		src.Close()
		return err
	}
	defer func() {
		if e := show.close(); err == nil {
			err = e
		}
	}()
	want := expect.Options{Wish: o.wish, Within: o.within, Show: show.frame, Notes: st.Err}
	if len(o.command) > 0 {
		cmd := exec.Command(o.command[0], o.command[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = st.In, st.Err, st.Err // our own output is what matched
		want.Command = &expect.Command{Cmd: cmd}
	}
	out, err := expect.Run(ctx, src, want)
	return errors.Join(err, show.outcome(st, &out, err))
}

// source opens what frames come from.
func (o *expectFlags) source(st send.Streams) (expect.Source, error) {
	switch {
	case o.socket:
		src, err := expect.Socket(o.wish.Match, o.dev)
		if err != nil && errors.Is(err, expect.ErrNotForSocket) {
			return nil, send.Usage(err)
		}
		return src, err
	case o.dev != "":
		return expect.Device(o.dev, o.outgoing)
	}
	return expect.Capture(o.files[0], st.In)
}

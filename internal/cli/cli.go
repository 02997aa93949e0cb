// Package cli is the netkmsg command: its subcommands, their flags, help and
// exit status. A command takes its arguments and standard streams as values,
// so that main, tests and other programs enter at the same place.
package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"netkmsg/internal/send"
	"netkmsg/internal/version"
)

const examples = `  netkmsg listen
      at the receiver: show what arrives
  netkmsg send @/eth0,@fe80::2/
      at the host in question: send its kernel log to that receiver
  netkmsg check @/eth0,@fe80::2/
      there, too: why does nothing arrive?`

// Main runs the command and returns its exit status: 0 done, 1 failed, 2 usage.
func Main(ctx context.Context, args []string, st send.Streams) int {
	root := Command(st)
	root.SetArgs(args[1:])
	return send.Report(st, root.ExecuteContext(ctx))
}

// Command returns the command with all its subcommands.
func Command(st send.Streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "netkmsg",
		Short:         "The kernel log over a network that does not otherwise work",
		Example:       examples,
		Version:       version.String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return send.Usage(fmt.Errorf("no command %q (%s -h lists them)", args[0], c.CommandPath()))
		},
	}
	root.AddCommand(sendCommand(st), listenCommand(st), readCommand(st), narrow(mountCommand(st), st), narrow(statusCommand(st), st),
		narrow(saveCommand(st), st), resolveCommand(st), checkCommand(st), testCommand(st), firewallCommand(st), craftCommand(st), expectCommand(st))
	for _, c := range root.Commands() {
		complete(c)
	}
	root.SetIn(st.In)
	root.SetOut(st.Out)
	root.SetErr(st.Err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return send.Usage(fmt.Errorf("%w (%s -h helps)", err, c.CommandPath()))
	})
	return root
}

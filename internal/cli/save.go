package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"netkmsg/internal/configfs"
	"netkmsg/internal/send"
)

const saveHelp = `Print the targets of the netkmsg mount on DIR, or on /run/netkmsg, with all
their files, as text.

netkmsg mount --restore FILE makes the same tree of it again: names, values and
userdata byte for byte, in the same order, enabled or not.`

func saveCommand(st send.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "save [flags] [DIR]",
		Short: "Print a mounted tree, for mount --restore",
		Long:  saveHelp,
		Args:  oneDir,
		RunE: func(c *cobra.Command, args []string) error {
			b, err := report(args, "state")
			if err != nil {
				return err
			}
			if _, err := configfs.Parse(b); err != nil {
				return fmt.Errorf("the state cannot be restored: %w (is the netkmsg that serves it another version?)", err)
			}
			_, err = st.Out.Write(b)
			return err
		},
	}
}

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"netkmsg/internal/send"
)

// narrow gives a command a help screen that fits 80 columns, in the form of that of send.
func narrow(c *cobra.Command, st send.Streams) *cobra.Command {
	c.SetHelpFunc(func(c *cobra.Command, _ []string) {
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n\n  %s\n", c.Long, c.UseLine())
		if c.Example != "" {
			fmt.Fprintf(&b, "\nExamples\n%s\n", c.Example)
		}
		fmt.Fprintf(&b, "\nFlags\n%s", c.Flags().FlagUsagesWrapped(80))
		fmt.Fprint(st.Out, b.String())
	})
	return c
}

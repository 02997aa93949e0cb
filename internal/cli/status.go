package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"netkmsg/internal/configfs"
	"netkmsg/internal/output"
	"netkmsg/internal/send"
)

const statusHelp = `Show what the targets of a netkmsg mount are doing: that on DIR, or on
/run/netkmsg.

Of every target: its state, its device, the way from source to target, how many
records were sent, filtered by level, dropped by the device, and lost before
they could be read, and the reason of the state.

disabled: off. enabled: sending. paused: enabled, but the device is down or has
no carrier. waiting: without its device, and enabled again when that is there.`

func statusCommand(st send.Streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status [flags] [DIR]",
		Short: "Show what the targets of a mounted tree are doing",
		Long:  statusHelp,
		Args:  oneDir,
		RunE: func(c *cobra.Command, args []string) error {
			b, err := report(args, "status")
			if err != nil {
				return err
			}
			if asJSON {
				_, err := st.Out.Write(b)
				return err
			}
			var s configfs.Status
			if err := json.Unmarshal(b, &s); err != nil {
				return fmt.Errorf("read the status: %w (is the netkmsg that serves it another version?)", err)
			}
			width := 0
			if f, ok := st.Out.(*os.File); ok {
				width = output.TerminalWidth(f)
			}
			_, err = st.Out.Write(statusTable(s.Targets, width))
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with all that is known")
	return c
}

// oneDir accepts at most a directory.
func oneDir(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return send.Usage(fmt.Errorf("want one DIR, not %d arguments", len(args)))
	}
	return nil
}

// report reads a file of the daemon's own.
func report(args []string, name string) ([]byte, error) {
	dir := configfs.DefaultDir
	if len(args) > 0 {
		dir = args[0]
	}
	b, err := os.ReadFile(filepath.Join(dir, configfs.ReportDir, name))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, fmt.Errorf("%s: no netkmsg mount serves it (start one: netkmsg mount %[1]s)", dir)
	case errors.Is(err, syscall.ENOTCONN):
		return nil, fmt.Errorf("%s: the netkmsg mount that served it was killed (start it again: netkmsg mount %[1]s)", dir)
	case err != nil:
		return nil, fmt.Errorf("read the %s: %w", name, err)
	}
	return b, nil
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"netkmsg/internal/doctor"
	"netkmsg/internal/send"
)

const checkHelp = `Find out what keeps a log from arriving, before it matters: the device and what
the kernel's own netconsole would say of it, permissions, the addresses of both
ends, who answers for the target on the wire and whether CONFIG has that MAC
address, duplicates, VLANs, routes, the log level. Every finding is a fact, its
consequence, and the command that mends it. Nothing on the host is changed, and
of the log nothing is sent.

The exit status is 1 if something keeps the log, or a part of it, from arriving;
warnings and notes leave it 0. Without CONFIG: netkmsg= or netconsole= from
the kernel's command line.`

const checkExamples = `  netkmsg check @/eth0,@fe80::2/02:00:00:00:00:01
  netkmsg check --json | jq '.targets[].findings[].code'`

func checkCommand(st send.Streams) *cobra.Command {
	var limit time.Duration
	var asJSON bool
	c := &cobra.Command{
		Use:     "check [flags] [[netconsole=]CONFIG]",
		Short:   "Find out what keeps a log from arriving",
		Long:    checkHelp,
		Example: checkExamples,
		RunE: func(c *cobra.Command, args []string) error {
			targets, err := send.Targets(args)
			if err != nil {
				return err
			}
			if limit <= 0 {
				return send.Usage(fmt.Errorf("--timeout %v: want a time above 0", limit))
			}
			host := doctor.GatherHost()
			report := checked{}
			for i, t := range targets {
				f := doctor.Gather(c.Context(), t, host, limit)
				fs := doctor.Examine(f)
				report.add(t.String(), fs)
				if asJSON {
					continue
				}
				if i > 0 {
					fmt.Fprintln(st.Out)
				}
				if _, err := io.WriteString(st.Out, doctor.Text(f, fs)); err != nil {
					return err
				}
			}
			if asJSON {
				if err := printJSON(st.Out, report); err != nil {
					return err
				}
			}
			return report.err()
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.DurationVar(&limit, "timeout", 2*time.Second, "`TIME` to wait for answers on the wire")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// checked is the JSON of check.
type checked struct {
	OK      bool            `json:"ok"`
	Targets []checkedTarget `json:"targets"`
	errors  int
}

type checkedTarget struct {
	Config   string           `json:"config"`
	Findings []doctor.Finding `json:"findings"`
}

func (c *checked) add(config string, fs []doctor.Finding) {
	c.errors += doctor.Count(fs, doctor.Error)
	c.OK = c.errors == 0
	c.Targets = append(c.Targets, checkedTarget{config, fs})
}

func (c *checked) err() error {
	switch c.errors {
	case 0:
		return nil
	case 1:
		return errors.New("check: 1 error: the log, or a part of it, does not arrive like this")
	}
	return fmt.Errorf("check: %d errors: the log, or a part of it, does not arrive like this", c.errors)
}

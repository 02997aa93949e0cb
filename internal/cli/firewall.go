package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"netkmsg/frame"
	"netkmsg/internal/firewall"
	"netkmsg/internal/send"
)

const firewallHelp = `Print the firewall rules that CONFIG needs, for the tool that manages the
firewall, and why. At the destination they let the records in. The source needs
none for netconsole or netkmsg send, whose frames go below its firewall; its
rules are for other senders to the same target.

With --apply the rules are put in place, in front of others and each once; with
--remove they are taken away; --check tells by its exit status whether all are
there. They hold until the firewall is loaded anew; with firewalld and ufw, for
good. nft's rules go into every chain that filters, and where none does nothing
is missing; firewalld's go into every zone in use, or that of --interface.`

const firewallExamples = `  netkmsg firewall +@fe80::1/eth0,@fe80::2/
  netkmsg firewall --format iptables --interface eth1 --mac-source 02:00:00:00:00:01 @/,@192.0.2.9/
  netkmsg firewall --apply --source 2001:db8::1 @/,514@2001:db8::9/`

func firewallCommand(st send.Streams) *cobra.Command {
	var side, format, mac, source string
	var o firewall.Options
	var apply, remove, check bool
	c := &cobra.Command{
		Use:     "firewall [flags] [[netconsole=]CONFIG]",
		Short:   "Print or apply the firewall rules for a target",
		Long:    firewallHelp,
		Example: firewallExamples,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if mac != "" {
				if o.MAC, err = frame.ParseMAC(mac); err != nil {
					return send.Usage(fmt.Errorf("--mac-source: %w", err))
				}
			}
			if source != "" {
				if o.Source, err = plainAddr(source); err != nil {
					return send.Usage(fmt.Errorf("--source %w", err))
				}
			}
			if apply && remove || apply && check || remove && check {
				return send.Usage(errors.New("--apply, --remove and --check exclude each other"))
			}
			ts, err := send.Targets(args)
			if err != nil {
				return err
			}
			o.Side = firewall.Side(side)
			rs, err := firewall.Rules(ts, o)
			if err != nil {
				return send.Usage(err)
			}
			f := firewall.Format(format)
			if err := f.Check(rs); err != nil {
				return send.Usage(err)
			}
			switch t := firewall.NewTool(f); {
			case apply:
				return t.Apply(c.Context(), rs)
			case remove:
				return t.Remove(c.Context(), rs)
			case check:
				return t.Check(c.Context(), rs)
			}
			_, err = io.WriteString(st.Out, f.Text(rs))
			return err
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&side, "side", "destination", "the host that `SIDE` is: source or destination")
	f.StringVar(&format, "format", "nft", "`TOOL` that the rules are for: iptables, nft, firewalld, ufw")
	f.StringVar(&o.Interface, "interface", "", "only on `DEV`")
	f.StringVar(&mac, "mac-source", "", "only frames from `MAC`: the source's, or the last router's")
	f.StringVar(&source, "source", "", "only from `ADDRESS`; without it that of CONFIG, if it has one")
	f.BoolVar(&apply, "apply", false, "put the rules in place")
	f.BoolVar(&remove, "remove", false, "take the rules away")
	f.BoolVar(&check, "check", false, "exit with 0 if the rules are in place, else 1")
	return c
}

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"netkmsg/internal/craft"
)

// craftHelp is short, to fit 80 columns and 24 lines, or has all flags.
func craftHelp(name string, f *pflag.FlagSet, all bool) string {
	s := strings.ReplaceAll(craftHelpText, "NAME", name)
	if !all {
		return s + fmt.Sprintf("\n%s --help shows all flags, ranges and defaults.\n", name)
	}
	var b strings.Builder
	b.WriteString(s + craftRanges)
	group := pflag.NewFlagSet("", pflag.ContinueOnError)
	title := "Where from and where to"
	print := func(next string) {
		if group.HasFlags() {
			fmt.Fprintf(&b, "\n%s\n%s", title, group.FlagUsagesWrapped(80))
		}
		group, title = pflag.NewFlagSet("", pflag.ContinueOnError), next
		group.SortFlags = false
	}
	groups := map[string]string{}
	for _, x := range craft.Fields() {
		groups[x.Name] = x.Group
	}
	group.SortFlags = false
	seen := ""
	f.VisitAll(func(x *pflag.Flag) {
		g := groups[x.Name]
		switch x.Name {
		case "rate", "interval", "workers":
			g = seen
		case "pcap":
			g = "Output"
		case "help", "force", "append", "explain", "hex", "json", "go":
			g = seen
		}
		if g != seen {
			print(g)
			seen = g
		}
		group.AddFlag(x)
	})
	print("")
	return b.String()
}

const craftHelpText = `Make Ethernet frames with UDP over IPv6 or IPv4, every field by flag, and send,
keep or show them. What is not given has a default that --explain shows.

  NAME --dev DEVICE [flags]        send
  NAME --pcap FILE [flags]         keep
  NAME --explain [flags]           look: or --hex, --json, --go

Link     --dst-mac --src-mac --vlan --ethertype
IP       --dst-ip --src-ip --dscp --ecn --hop-limit --flow-label --ip-id --df
         --hop-by-hop --dest-options --fragment
UDP      --sport --dport --payload[-hex|-file|-pattern|-size]
Wrong    --bad checksum|ip-checksum|length|version|truncate=N
         --udp-checksum --pad
Many     sweeps: --dport 1000-1999 --payload-size 0-1472 --dst-ip PREFIX/LEN
         --count N --rate 1000/s --interval 10ms --seed N
Captures --like FILE:N (begin with its frame N), --replay FILE (send all of it)

Examples
  NAME -i eth0 --dst-ip fe80::9 --dst-mac 02:00:00:00:00:09
  NAME -i eth0 --vlan 100:3,200 --dport 1-1024 --rate 1000/s
  NAME --dst-ip 192.0.2.9 --bad checksum --explain
`

const craftRanges = `
Ranges
  Numbers are N, A-B or A-B/STEP (a sweep), A+STEP (on by STEP with every
  frame), random or random:A-B. Addresses are swept by PREFIX/LEN or A-B, go on
  by A+STEP, and are random by random:PREFIX/LEN; MAC addresses are swept by
  MAC+STEP/COUNT and go on by MAC+STEP. Several sweeps nest in the order of the
  flags below, the last one changing fastest; a --count beyond their end begins
  again. What is random comes from --seed and the frame's number.
`

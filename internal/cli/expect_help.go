package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"netkmsg/frame/match"
)

// expectHelp is short, to fit 80 columns and 24 lines, or has all flags.
func expectHelp(name string, f *pflag.FlagSet, all bool) string {
	s := strings.ReplaceAll(expectHelpText, "NAME", name)
	if !all {
		return s + fmt.Sprintf("\n%s --help shows all flags.\n", name)
	}
	groups := map[string]string{"dev": "Where", "socket": "Where", "outgoing": "Where"}
	for _, x := range match.Fields() {
		groups[x.Name] = x.Group
	}
	order := []string{"Where"}
	sets := map[string]*pflag.FlagSet{}
	f.VisitAll(func(x *pflag.Flag) {
		g := groups[x.Name]
		if g == "" {
			g = "How many, how long, and what is shown"
		}
		if sets[g] == nil {
			sets[g] = pflag.NewFlagSet("", pflag.ContinueOnError)
			sets[g].SortFlags = false
			if g != order[0] {
				order = append(order, g)
			}
		}
		sets[g].AddFlag(x)
	})
	var b strings.Builder
	b.WriteString(s + expectMore)
	for _, g := range order {
		fmt.Fprintf(&b, "\n%s\n%s", g, sets[g].FlagUsagesWrapped(80))
	}
	return b.String()
}

const expectHelpText = `Wait for frames with given fields, and say how the nearest miss differs.

  NAME -i DEV [flags]               what arrives on a device
  NAME --socket --dport PORT        what a program would receive
  NAME [flags] FILE                 a capture; - is standard input
  NAME … -- COMMAND…                run it, and see what comes

Link     --dst-mac --src-mac --vlan --ethertype
IP       --dst-ip --src-ip --dscp --ecn --hop-limit --flow-label --ip-id --df
         --hop-by-hop --dest-options --fragment --protocol
UDP      --sport --dport --payload[-hex|-contains|-size] --udp-checksum
Wrong    --bad none|any|checksum|ip-checksum|length|version|truncate  --pad
How many --count N  --exactly  --none  --within 5s

Exit status: 0 if it came as wanted, 1 if not, 2 for usage.

Examples
  NAME -i veth1 --dport 6666 -- netkmsg craft -i veth0 --dport 6666
  NAME --socket --dport 6666 --within 1m      # past the firewall?
  NAME -i eth1 --none --dst-ip 2001:db8::/32 --within 10s
  NAME --vlan 100 --bad none --count 20 --exactly dump.pcap
`

const expectMore = `
COMMAND is run once frames are received, so that none is missed; if it fails, so
does the wait. Its output goes to standard error. Numbers are N or A-B.

A device is listened on before the host's firewall, and in promiscuous mode: a
frame that matches has come over the wire, not more. Whether the host lets it
in, --socket tells. Checksums that another host on this machine left for a
device to fill in are right; VLAN tags that the kernel took off are there.
Fragments are looked at one by one on a device, and come joined at a socket.
`

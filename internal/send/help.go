package send

import (
	"fmt"
	"strings"
)

// Help is the command's help, under the name that it was called by: short, to
// fit a rescue shell of 80 columns and 24 lines, or with the list of all flags.
func Help(name, flags string) string {
	s := strings.ReplaceAll(helpText, "NAME", name)
	if flags == "" {
		return s + fmt.Sprintf("\n%s --help shows all flags.\n", name)
	}
	return s + "\nFlags\n" + flags
}

const helpText = `Send the kernel log as netconsole does: whole frames, past routing and firewall.

  NAME [flags] [[netconsole=]CONFIG]

CONFIG  [+][r][src-port]@[src-ip]/[dev],[tgt-port]@<tgt-ip>/[tgt-mac][;CONFIG]
  +  extended format, r  with the kernel's release. What is left empty is port
  6665 to port 6666, eth0, its address and the broadcast MAC address.
  tgt-mac auto: the receiver's or its router's, found out on the wire.
  No CONFIG: netkmsg= or else netconsole= of the kernel's command line.

Examples
  NAME @/eth0,@fe80::2/
      all that the kernel has and whatever follows, to a host on the same link
  NAME +r@/eth0,@2001:db8::9/02:00:00:00:00:01 --loglevel 5
      warnings and worse, to a far host through the router with that MAC address
  dmesg | NAME --from - @192.0.2.1/eth0,514@192.0.2.9/
      what another program has, from and to addresses given by hand

Often used: --explain (show the first frame), --backlog new, --no-follow,
  --vlan ID, --gateway ROUTER (for auto), --wait (for a device to appear),
  --stats 10s. SIGUSR1 prints the account.
`

package firewall

import (
	"fmt"
	"strings"

	"netkmsg/frame"
)

// A Format is the tool that a rule is for.
type Format string

// The formats.
const (
	IPTables  Format = "iptables"
	NFT       Format = "nft"
	Firewalld Format = "firewalld"
	UFW       Format = "ufw"
)

// Check refuses rules that the tool cannot express.
func (f Format) Check(rs []Rule) error {
	for _, r := range rs {
		mac := r.MAC != (frame.MAC{})
		switch {
		case f == UFW && mac:
			return fmt.Errorf("--mac-source: ufw knows no MAC addresses: leave it out, or use --format nft or iptables")
		case f == Firewalld && mac && r.From.IsValid():
			return fmt.Errorf("--mac-source: firewalld takes a MAC address or an IP address as source, not both: leave the source address out of CONFIG")
		case f == Firewalld && r.Interface != "" && r.Side == Destination:
			return fmt.Errorf("--interface: firewalld has zones for that: leave it out; the rule goes to the default zone")
		}
	}
	switch f {
	case IPTables, NFT, Firewalld, UFW:
		return nil
	}
	return fmt.Errorf("--format %q: want iptables, nft, firewalld or ufw", f)
}

func (f Format) commands(r Rule) commands {
	switch f {
	case Firewalld:
		return firewalld(r)
	case UFW:
		return ufw(r)
	}
	return iptables(r)
}

const aboutSource = `# At the source. The frames of netconsole and netkmsg send need no rule here: they
# go to the device below the firewall. These are for what takes the usual way to
# the same target: socat, logger, a syslog daemon.
`

const aboutDestination = `# At the destination. netkmsg listen --raw needs no rule: it receives below the
# firewall. These are for sockets: netkmsg listen, socat, a syslog daemon.
`

const aboutNFT = `# An accept holds for its own chain only: the rule is needed in every base chain
# of that hook (nft list chains). inet filter is the usual one; --apply finds all.
`

// Text is a shell script with the rules and what is to be known about them.
func (f Format) Text(rs []Rule) string {
	var b strings.Builder
	for i, r := range rs {
		if i == 0 {
			b.WriteString(map[Side]string{Source: aboutSource, Destination: aboutDestination}[r.Side])
			if f == NFT {
				b.WriteString(aboutNFT)
			}
		}
		fmt.Fprintf(&b, "\n# %s\n", r)
		if f == NFT {
			fmt.Fprintf(&b, "nft insert rule inet filter %s %s\n", r.hook(), quote(r.expression()))
			continue
		}
		for _, c := range f.commands(r).add {
			words := make([]string, len(c))
			for i, w := range c {
				words[i] = quote(w)
			}
			b.WriteString(strings.Join(words, " ") + "\n")
		}
	}
	return b.String()
}

// quote makes one word of s for a shell.
func quote(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return unfit(c) && c != '/' && c != '=' }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

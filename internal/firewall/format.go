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
		}
	}
	switch f {
	case IPTables, NFT, Firewalld, UFW:
		return nil
	}
	return fmt.Errorf("--format %q: want iptables, nft, firewalld or ufw", f)
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

const aboutZones = `# A rule belongs to a zone and holds for every device in it. Without --interface
# this is the default zone; --apply finds all that are in use.
`

const aboutPolicies = `# Direct rules do not overrule firewalld's policies: where one with the ingress
# zone HOST rejects, it needs the rule too. --apply finds all.
`

// about is what is to be known about a side's rules.
func (f Format) about(s Side) string {
	text := map[Side]string{Source: aboutSource, Destination: aboutDestination}[s]
	switch {
	case f == NFT:
		return text + aboutNFT
	case f == Firewalld && s == Source:
		return text + aboutPolicies
	case f == Firewalld:
		return text + aboutZones
	}
	return text
}

// script returns the commands that put a rule in place where nothing is known
// about the host.
func (f Format) script(r Rule) (lines []string) {
	add := func(c ...string) {
		words := make([]string, len(c))
		for i, w := range c {
			words[i] = quote(w)
		}
		lines = append(lines, strings.Join(words, " "))
	}
	firewalld := func(p place) {
		for _, s := range r.spots(p) {
			add(s.command("add")...)
		}
	}
	switch {
	case f == NFT:
		add("nft", "insert", "rule", "inet", "filter", r.hook(), r.expression())
	case f == IPTables:
		add(iptables(r).add...)
	case f == UFW:
		add(ufw(r).add...)
	case r.Side == Source:
		firewalld(direct)
	case r.Interface == "":
		firewalld(defaultZone)
	default:
		firewalld("--zone=ZONE")
		for i := range lines {
			lines[i] = strings.Replace(lines[i], "--zone=ZONE", `--zone="$zone"`, 1)
		}
		lines = append([]string{"zone=$(firewall-cmd --get-zone-of-interface=" + r.Interface + ")"}, lines...)
	}
	return lines
}

// Text is a shell script with the rules and what is to be known about them.
func (f Format) Text(rs []Rule) string {
	var b strings.Builder
	for i, r := range rs {
		if i == 0 {
			b.WriteString(f.about(r.Side))
		}
		fmt.Fprintf(&b, "\n# %s\n", r)
		for _, line := range f.script(r) {
			b.WriteString(line + "\n")
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

package firewall

import (
	"strconv"
	"strings"

	"netkmsg/frame"
)

// commands say how a tool that takes one rule after the other is asked for a
// rule (exit status 0: it is there), given it, and told to take it away.
type commands struct{ check, add, remove []string }

func (f Format) commands(r Rule) commands {
	if f == UFW {
		return ufw(r)
	}
	return iptables(r)
}

// iptables puts the rule in front: behind one that rejects all it would be
// without effect.
func iptables(r Rule) commands {
	tool, chain, way := "ip6tables", "INPUT", "-i"
	if r.IPv4 {
		tool = "iptables"
	}
	if r.Side == Source {
		chain, way = "OUTPUT", "-o"
	}
	var m []string
	if r.Interface != "" {
		m = append(m, way, r.Interface)
	}
	m = append(m, "-p", "udp")
	if r.From.IsValid() {
		m = append(m, "-s", r.From.String())
	}
	if r.To.IsValid() {
		m = append(m, "-d", r.To.String())
	}
	m = append(m, "-m", "udp", "--dport", strconv.Itoa(int(r.Port)))
	if r.MAC != (frame.MAC{}) {
		m = append(m, "-m", "mac", "--mac-source", r.MAC.String())
	}
	m = append(m, "-m", "comment", "--comment", "netkmsg", "-j", "ACCEPT")
	do := func(words ...string) []string {
		return append(append([]string{tool, "-w"}, words...), m...)
	}
	return commands{do("-C", chain), do("-I", chain, "1"), do("-D", chain)}
}

// ufw is asked by looking for the rule among those added, which it shows in
// its own spelling (UFWCommandRule.get_command): so the rule is spelt like that.
// Without an address that is the same for both families.
func ufw(r Rule) commands {
	m := r.ufw()
	return commands{
		check:  []string{"sh", "-c", `rules=$(ufw show added) || exit 2; printf '%s\n' "$rules" | grep -Fxq -- "$1"`, "sh", "ufw " + strings.Join(m, " ")},
		add:    append([]string{"ufw", "prepend"}, m...),
		remove: append([]string{"ufw", "--force", "delete"}, m...),
	}
}

func (r Rule) ufw() []string {
	m, port, to := []string{"allow"}, strconv.Itoa(int(r.Port)), "any"
	if !r.From.IsValid() && !r.To.IsValid() && r.Interface == "" && r.Side == Destination {
		return append(m, port+"/udp")
	}
	switch {
	case r.Side == Source:
		m = append(m, "out")
	case r.Interface != "":
		m = append(m, "in")
	}
	if r.Interface != "" {
		m = append(m, "on", r.Interface)
	}
	if r.From.IsValid() {
		m = append(m, "from", r.From.String())
	}
	if r.To.IsValid() {
		to = r.To.String()
	}
	return append(m, "to", to, "port", port, "proto", "udp")
}

package firewall

import (
	"fmt"
	"strconv"
	"strings"

	"netkmsg/frame"
)

// commands say how a tool that takes one rule after the other is asked for a
// rule (exit status 0: it is there), given it, and told to take it away.
type commands struct{ check, add, remove [][]string }

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
	do := func(words ...string) [][]string {
		return [][]string{append(append([]string{tool, "-w"}, words...), m...)}
	}
	return commands{do("-C", chain), do("-I", chain, "1"), do("-D", chain)}
}

// firewalld has no rules for what goes out but direct ones. The rule is to
// hold now and after the next start.
func firewalld(r Rule) commands {
	family := "ipv6"
	if r.IPv4 {
		family = "ipv4"
	}
	do := func(verb string) (cs [][]string) {
		for _, lasting := range [][]string{{"firewall-cmd"}, {"firewall-cmd", "--permanent"}} {
			if r.Side == Source {
				ipt := iptables(r).add[0][5:] // behind: tool -w -I OUTPUT 1
				cs = append(cs, append(append(lasting, "--direct", "--"+verb+"-rule", family, "filter", "OUTPUT", "0"), ipt...))
				continue
			}
			cs = append(cs, append(lasting, "--"+verb+"-rich-rule", r.rich(family)))
		}
		return cs
	}
	return commands{do("query"), do("add"), do("remove")}
}

func (r Rule) rich(family string) string {
	s := fmt.Sprintf("rule family=%q priority=-100", family)
	switch {
	case r.MAC != (frame.MAC{}):
		s += fmt.Sprintf(" source mac=%q", r.MAC.String())
	case r.From.IsValid():
		s += fmt.Sprintf(" source address=%q", r.From.String())
	}
	return s + fmt.Sprintf(` port port="%d" protocol="udp" accept`, r.Port)
}

// ufw is asked by looking for the rule among those added, which it shows in
// its own spelling (UFWCommandRule.get_command): so the rule is spelt like that.
// Without an address that is the same for both families.
func ufw(r Rule) commands {
	m := r.ufw()
	return commands{
		check:  [][]string{{"sh", "-c", `rules=$(ufw show added) || exit 2; printf '%s\n' "$rules" | grep -Fxq -- "$1"`, "sh", "ufw " + strings.Join(m, " ")}},
		add:    [][]string{append([]string{"ufw", "prepend"}, m...)},
		remove: [][]string{append([]string{"ufw", "--force", "delete"}, m...)},
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

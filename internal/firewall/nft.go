package firewall

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strings"

	"netkmsg/frame"
)

// expression is the rule in nft's language, with its mark.
func (r Rule) expression() string {
	var w []string
	way, family := "iifname", "ip6"
	if r.Side == Source {
		way = "oifname"
	}
	if r.IPv4 {
		family = "ip"
	}
	if r.Interface != "" {
		w = append(w, fmt.Sprintf("%s %q", way, r.Interface))
	}
	if r.MAC != (frame.MAC{}) {
		w = append(w, "ether saddr "+r.MAC.String())
	}
	if r.From.IsValid() {
		w = append(w, family+" saddr "+r.From.String())
	}
	if r.To.IsValid() {
		w = append(w, family+" daddr "+r.To.String())
	}
	if !r.From.IsValid() && !r.To.IsValid() {
		w = append(w, "meta nfproto "+map[bool]string{true: "ipv4", false: "ipv6"}[r.IPv4])
	}
	return strings.Join(append(w, fmt.Sprintf("udp dport %d accept comment %q", r.Port, r.mark())), " ")
}

// mark names the rule, so that it is found again.
func (r Rule) mark() string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%+v", r)
	return fmt.Sprintf("netkmsg %s %08x", r.Side, h.Sum32())
}

func (r Rule) hook() string {
	if r.Side == Source {
		return "output"
	}
	return "input"
}

// A chain is one that packets pass at a hook.
type chain struct {
	Family, Table, Name, Type, Hook string
	Handle                          int
}

func (c chain) path() string { return c.Family + " " + c.Table + " " + c.Name }

// placed is a rule that has a comment.
type placed struct {
	Family, Table, Chain, Comment string
	Handle                        int
}

// ruleset is what nft -j list ruleset tells.
type ruleset struct {
	chains []chain
	rules  []placed
	ufw    bool
}

// foreign returns the format to use instead for a chain that another tool
// manages and would lose or choke on a rule of ours.
func (s ruleset) foreign(c chain) Format {
	builtin := (c.Family == "ip" || c.Family == "ip6") && (c.Name == "INPUT" || c.Name == "OUTPUT")
	switch {
	case c.Table == "firewalld":
		return Firewalld
	case builtin && s.ufw:
		return UFW
	case builtin:
		return IPTables
	}
	return ""
}

func parseRuleset(b []byte) (s ruleset, err error) {
	var doc struct {
		Nftables []struct {
			Chain *chain
			Rule  *placed
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return s, fmt.Errorf("read the ruleset that nft lists: %w", err)
	}
	for _, x := range doc.Nftables {
		if x.Chain != nil && x.Chain.Type == "filter" {
			s.chains = append(s.chains, *x.Chain)
		}
		s.ufw = s.ufw || x.Chain != nil && strings.HasPrefix(x.Chain.Name, "ufw-user-")
		if x.Rule != nil && x.Rule.Comment != "" {
			s.rules = append(s.rules, *x.Rule)
		}
	}
	return s, nil
}

// gates are the chains that a rule's packets pass. An accept holds in its own
// chain only (nft(8)), so the rule is needed in each.
func (s ruleset) gates(r Rule) (cs []chain) {
	family := "ip6"
	if r.IPv4 {
		family = "ip"
	}
	for _, c := range s.chains {
		if c.Hook == r.hook() && (c.Family == "inet" || c.Family == family) {
			cs = append(cs, c)
		}
	}
	return cs
}

// find returns the rule's places in a chain.
func (s ruleset) find(r Rule, c chain) (ps []placed) {
	for _, p := range s.rules {
		if p.Family == c.Family && p.Table == c.Table && p.Chain == c.Name && p.Comment == r.mark() {
			ps = append(ps, p)
		}
	}
	return ps
}

// applying is the transaction that puts the rules where they are missing.
func (s ruleset) applying(rs []Rule) (script string, err error) {
	for _, r := range rs {
		for _, c := range s.gates(r) {
			if f := s.foreign(c); f != "" {
				return "", fmt.Errorf("chain %s is managed by another tool: use --format %s", c.path(), f)
			}
			if len(s.find(r, c)) == 0 {
				script += "insert rule " + c.path() + " " + r.expression() + "\n"
			}
		}
	}
	return script, nil
}

// removing is the transaction that takes the rules away, wherever they are.
func (s ruleset) removing(rs []Rule) (script string) {
	for _, r := range rs {
		for _, c := range s.chains {
			for _, p := range s.find(r, c) {
				script += fmt.Sprintf("delete rule %s handle %d\n", c.path(), p.Handle)
			}
		}
	}
	return script
}

// missing returns the first chain that lacks a rule.
func (s ruleset) missing(rs []Rule) (Rule, string, bool) {
	for _, r := range rs {
		for _, c := range s.gates(r) {
			if len(s.find(r, c)) == 0 {
				return r, c.path(), true
			}
		}
	}
	return Rule{}, "", false
}

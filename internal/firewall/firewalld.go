package firewall

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"netkmsg/frame"
)

// A place is where firewalld keeps a rule: the flag that names a zone or a
// policy, or that of its direct rules.
type place string

const (
	direct      place = "--direct"
	defaultZone place = ""
)

// A spot is a rule in a place, for now or for after the next start.
type spot struct {
	lasting bool
	at      place
	rule    string // as firewalld lists it
}

// spots are those of a rule in these places.
func (r Rule) spots(places ...place) (ss []spot) {
	for _, p := range places {
		ss = append(ss, spot{false, p, r.at(p)}, spot{true, p, r.at(p)})
	}
	return ss
}

// priority is before all that users give.
const priority = "-100"

func (r Rule) at(p place) string {
	family := "ipv6"
	if r.IPv4 {
		family = "ipv4"
	}
	if p == direct {
		ipt := iptables(r).add[5:] // behind: tool -w -I OUTPUT 1
		return strings.Join(append([]string{family, "filter", "OUTPUT", priority}, ipt...), " ")
	}
	s := fmt.Sprintf("rule priority=%q family=%q", priority, family)
	switch {
	case r.MAC != (frame.MAC{}):
		s += fmt.Sprintf(" source mac=%q", strings.ToUpper(r.MAC.String()))
	case r.From.IsValid():
		s += fmt.Sprintf(" source address=%q", r.From.String())
	}
	if r.To.IsValid() {
		s += fmt.Sprintf(" destination address=%q", r.To.String())
	}
	return s + fmt.Sprintf(` port port="%d" protocol="udp" accept`, r.Port)
}

// command adds or removes.
func (s spot) command(verb string) []string {
	c := []string{"firewall-cmd"}
	if s.lasting {
		c = append(c, "--permanent")
	}
	if s.at != defaultZone {
		c = append(c, string(s.at))
	}
	if s.at == direct {
		return append(append(c, "--"+verb+"-rule"), strings.Fields(s.rule)...)
	}
	return append(c, "--"+verb+"-rich-rule", s.rule)
}

// where says what lacks the rule.
func (s spot) where() string {
	kind, name, _ := strings.Cut(strings.TrimPrefix(string(s.at), "--"), "=")
	at := " in " + kind + " " + name
	if s.at == direct {
		at = " among the direct rules"
	}
	if s.lasting {
		at += ", which is to last"
	}
	return at
}

// firewalld is what firewall-cmd tells.
type firewalld struct {
	places []place // that the rules' packets pass
	kept   []spot
}

// firewalld asks. An accept holds in its zone or policy only, and a direct one
// overrules none of them.
func (t Tool) firewalld(ctx context.Context, rs []Rule) (f firewalld, err error) {
	if len(rs) == 0 {
		return f, nil
	}
	if rs[0].Side == Source {
		f.places = []place{direct}
		if err := t.list(ctx, &f, "--list-all-policies", "--policy=", func(s section) bool { return slices.Contains(s.ingress, "HOST") }); err != nil {
			return f, err
		}
		return f, t.listDirect(ctx, &f)
	}
	name, device := "", rs[0].Interface
	if device != "" {
		name, err = t.ask(ctx, "--get-zone-of-interface="+device)
	}
	if name == "" && err == nil {
		name, err = t.ask(ctx, "--get-default-zone")
	}
	if err != nil {
		return f, err
	}
	f.places = []place{"--zone=" + place(name)}
	return f, t.list(ctx, &f, "--list-all-zones", "--zone=", func(s section) bool { return device == "" && s.name != name })
}

// list takes in what zones or policies keep. Those in use that pass the test
// are places.
func (t Tool) list(ctx context.Context, f *firewalld, flag string, kind place, passed func(section) bool) error {
	for i, flags := range [][]string{{flag}, {"--permanent", flag}} {
		out, err := t.ask(ctx, flags...)
		if err != nil {
			return err
		}
		for _, s := range parseSections(out) {
			p := kind + place(s.name)
			if i == 0 && s.active && passed(s) {
				f.places = append(f.places, p)
			}
			for _, r := range s.rules {
				f.kept = append(f.kept, spot{i == 1, p, r})
			}
		}
	}
	return nil
}

func (t Tool) listDirect(ctx context.Context, f *firewalld) error {
	for i, flags := range [][]string{{"--direct", "--get-all-rules"}, {"--permanent", "--direct", "--get-all-rules"}} {
		out, err := t.ask(ctx, flags...)
		if err != nil {
			return err
		}
		for line := range strings.Lines(out) {
			f.kept = append(f.kept, spot{i == 1, direct, strings.TrimSpace(line)})
		}
	}
	return nil
}

// missing are the spots of rules that are not there.
func (f firewalld) missing(r Rule) (ss []spot) {
	for _, s := range r.spots(f.places...) {
		if !slices.Contains(f.kept, s) {
			ss = append(ss, s)
		}
	}
	return ss
}

// removing are the commands that take the rules away, wherever they are:
// devices may have moved from zone to zone since.
func (f firewalld) removing(rs []Rule) (cs [][]string) {
	for _, r := range rs {
		for _, s := range f.kept {
			if s.rule == r.at(s.at) {
				cs = append(cs, s.command("remove"))
			}
		}
	}
	return cs
}

// Exit statuses of firewall-cmd.
const (
	unknown = 2 // a device without zone, or a flag: those before 0.9 have no policies
	noBus   = 36
	stopped = 252
)

// ask returns what firewall-cmd answers, "" if it knows nothing.
func (t Tool) ask(ctx context.Context, flags ...string) (string, error) {
	out, err := t.Run(ctx, "", append([]string{"firewall-cmd"}, flags...))
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) {
		switch exit.ExitCode() {
		case unknown:
			return "", nil
		case noBus, stopped:
			return "", fmt.Errorf("%w (start firewalld, or choose another --format)", err)
		}
	}
	return string(bytes.TrimSpace(out)), err
}

// A section is a zone or a policy.
type section struct {
	name    string
	active  bool
	ingress []string
	rules   []string
}

// parseSections reads a list: a name with its state in brackets stands at the
// margin, what belongs to it is indented, rules most.
func parseSections(list string) (all []section) {
	for line := range strings.Lines(list) {
		text := strings.TrimSpace(line)
		if text == "" {
			continue
		}
		if !strings.ContainsAny(line[:1], " \t") {
			name, state, _ := strings.Cut(text, " ")
			all = append(all, section{name: name, active: strings.Contains(state, "active")})
			continue
		}
		if len(all) == 0 {
			continue
		}
		last := &all[len(all)-1]
		if values, ok := strings.CutPrefix(text, "ingress-zones:"); ok {
			last.ingress = strings.Fields(values)
		}
		if strings.HasPrefix(text, "rule ") {
			last.rules = append(last.rules, text)
		}
	}
	return all
}

package firewall

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
)

func rules(t testing.TB, config string, o Options) []Rule {
	t.Helper()
	ts, err := netconsole.Parse(config)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := Rules(ts, o)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

var macA = frame.MAC{2, 0, 0, 0, 0, 0x0a}

// commandsOf drops the comments and the mark's hash, of which only that it is
// stable counts.
func commandsOf(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line == "\n" || line[0] == '#' {
			continue
		}
		if i := strings.Index(line, ` comment "`); i >= 0 {
			line = line[:i] + "…\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

func TestText(t *testing.T) {
	const config = "+@fe80::1/eth0,@fe80::2/;@/,514@192.0.2.9/;@/,514@192.0.2.9/"
	for _, tt := range []struct {
		format Format
		o      Options
		want   string
	}{
		{NFT, Options{Side: Destination, Interface: "eth1", MAC: macA},
			`nft insert rule inet filter input 'iifname "eth1" ether saddr 02:00:00:00:00:0a ip6 saddr fe80::1 udp dport 6666 accept…
nft insert rule inet filter input 'iifname "eth1" ether saddr 02:00:00:00:00:0a meta nfproto ipv4 udp dport 514 accept…
`},
		{NFT, Options{Side: Source, Interface: "eth1"},
			`nft insert rule inet filter output 'oifname "eth1" ip6 daddr fe80::2 udp dport 6666 accept…
nft insert rule inet filter output 'oifname "eth1" ip daddr 192.0.2.9 udp dport 514 accept…
`},
		{IPTables, Options{Side: Destination, Interface: "eth1", MAC: macA},
			`ip6tables -w -I INPUT 1 -i eth1 -p udp -s fe80::1 -m udp --dport 6666 -m mac --mac-source 02:00:00:00:00:0a -m comment --comment netkmsg -j ACCEPT
iptables -w -I INPUT 1 -i eth1 -p udp -m udp --dport 514 -m mac --mac-source 02:00:00:00:00:0a -m comment --comment netkmsg -j ACCEPT
`},
		{IPTables, Options{Side: Source},
			`ip6tables -w -I OUTPUT 1 -p udp -d fe80::2 -m udp --dport 6666 -m comment --comment netkmsg -j ACCEPT
iptables -w -I OUTPUT 1 -p udp -d 192.0.2.9 -m udp --dport 514 -m comment --comment netkmsg -j ACCEPT
`},
		{Firewalld, Options{Side: Destination},
			`firewall-cmd --add-rich-rule 'rule priority="-100" family="ipv6" source address="fe80::1" port port="6666" protocol="udp" accept'
firewall-cmd --permanent --add-rich-rule 'rule priority="-100" family="ipv6" source address="fe80::1" port port="6666" protocol="udp" accept'
firewall-cmd --add-rich-rule 'rule priority="-100" family="ipv4" port port="514" protocol="udp" accept'
firewall-cmd --permanent --add-rich-rule 'rule priority="-100" family="ipv4" port port="514" protocol="udp" accept'
`},
		{Firewalld, Options{Side: Destination, Interface: "eth1", Source: netip.MustParseAddr("fe80::7")},
			`zone=$(firewall-cmd --get-zone-of-interface=eth1)
firewall-cmd --zone="$zone" --add-rich-rule 'rule priority="-100" family="ipv6" source address="fe80::7" port port="6666" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule 'rule priority="-100" family="ipv6" source address="fe80::7" port port="6666" protocol="udp" accept'
`},
		{Firewalld, Options{Side: Source},
			`firewall-cmd --direct --add-rule ipv6 filter OUTPUT -100 -p udp -d fe80::2 -m udp --dport 6666 -m comment --comment netkmsg -j ACCEPT
firewall-cmd --permanent --direct --add-rule ipv6 filter OUTPUT -100 -p udp -d fe80::2 -m udp --dport 6666 -m comment --comment netkmsg -j ACCEPT
firewall-cmd --direct --add-rule ipv4 filter OUTPUT -100 -p udp -d 192.0.2.9 -m udp --dport 514 -m comment --comment netkmsg -j ACCEPT
firewall-cmd --permanent --direct --add-rule ipv4 filter OUTPUT -100 -p udp -d 192.0.2.9 -m udp --dport 514 -m comment --comment netkmsg -j ACCEPT
`},
		{UFW, Options{Side: Destination, Interface: "eth1"},
			`ufw prepend allow in on eth1 from fe80::1 to any port 6666 proto udp
ufw prepend allow in on eth1 to any port 514 proto udp
`},
	} {
		config := config
		if tt.o.Source.IsValid() {
			config, _, _ = strings.Cut(config, ";")
		}
		if got := commandsOf(tt.format.Text(rules(t, config, tt.o))); got != tt.want {
			t.Errorf("%s %+v:\n%swant\n%s", tt.format, tt.o, got, tt.want)
		}
	}
}

func TestRefused(t *testing.T) {
	ts, _ := netconsole.Parse("@fe80::1/,@fe80::2/")
	for _, o := range []Options{
		{Side: "both"}, {}, {Side: Source, MAC: macA}, {Side: Source, Interface: "a b"}, {Side: Source, Interface: "a'; reboot"},
		{Side: Destination, Source: netip.MustParseAddr("192.0.2.1")},
	} {
		if rs, err := Rules(ts, o); err == nil {
			t.Errorf("%+v: %v", o, rs)
		}
	}
	for _, f := range []Format{"", "pf", UFW, Firewalld} {
		if err := f.Check(rules(t, "@fe80::1/,@fe80::2/", Options{Side: Destination, MAC: macA})); err == nil {
			t.Errorf("%s takes it", f)
		}
	}
}

// TestForeign leaves chains alone that another tool manages.
func TestForeign(t *testing.T) {
	rs := rules(t, "@/,@fe80::2/", Options{Side: Destination})
	const input = `{"chain":{"family":"ip6","table":"filter","name":"INPUT","handle":1,"type":"filter","hook":"input","prio":0,"policy":"drop"}}`
	for _, tt := range []struct {
		chains string
		want   Format
	}{
		{`{"chain":{"family":"inet","table":"firewalld","name":"filter_INPUT","handle":1,"type":"filter","hook":"input","prio":0,"policy":"drop"}}`, Firewalld},
		{input, IPTables},
		{input + `,{"chain":{"family":"ip","table":"filter","name":"ufw-user-input","handle":2}}`, UFW},
	} {
		s, err := parseRuleset([]byte(`{"nftables":[` + tt.chains + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.applying(rs); err == nil || !strings.HasSuffix(err.Error(), "use --format "+string(tt.want)) {
			t.Errorf("%s: %v", tt.want, err)
		}
	}
}

// FuzzRuleset: whatever nft lists, no transaction names a rule that it did not list.
func FuzzRuleset(f *testing.F) {
	f.Add([]byte(`{"nftables":[{"chain":{"family":"inet","table":"f","name":"i","type":"filter","hook":"input"}},{"rule":{"family":"inet","table":"f","chain":"i","handle":7,"comment":"x"}}]}`))
	rs := rules(f, "@/,@fe80::2/", Options{Side: Destination})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := parseRuleset(b)
		if err != nil {
			return
		}
		script, err := s.applying(rs)
		if err == nil && strings.Count(script, "\n") > len(s.gates(rs[0])) && !strings.ContainsAny(string(b), `\`+"\n") {
			t.Fatalf("%q", script)
		}
		if s.removing(rs) != "" && len(s.rules) == 0 {
			t.Fatal("removes what is not there")
		}
		_, _, _ = s.missing(rs)
	})
}

// TestSections reads lists of zones and of policies.
func TestSections(t *testing.T) {
	const list = `drop (default, active)
  target: DROP
  ingress-priority: 0
  interfaces: eth0
  rich rules: 
	rule family="ipv6" icmp-type name="redirect" accept

lan (active)
  rich rules: 
	rule priority="-100" family="ipv6" port port="6666" protocol="udp" accept

out
  priority: -1
  ingress-zones: lan HOST
  rich rules: 
`
	const icmp, udp = `rule family="ipv6" icmp-type name="redirect" accept`, `rule priority="-100" family="ipv6" port port="6666" protocol="udp" accept`
	want := []section{
		{name: "drop", active: true, rules: []string{icmp}},
		{name: "lan", active: true, rules: []string{udp}},
		{name: "out", ingress: []string{"lan", "HOST"}},
	}
	if got := parseSections(list); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for _, broken := range []string{"", "\n\n", "  rich rules: \n", "\t"} {
		if got := parseSections(broken); len(got) != 0 {
			t.Errorf("%q: %+v", broken, got)
		}
	}
}

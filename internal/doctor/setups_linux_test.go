package doctor

import (
	"context"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/nexthop"
	"netkmsg/internal/nexthop/peer"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

var (
	addrB  = netip.MustParseAddr("fe80::b")
	router = netip.MustParseAddr("fe80::1")
	macR   = frame.MAC{2, 0, 0, 0, 0, 0x01}
	macC   = frame.MAC{2, 0, 0, 0, 0, 0x0c}
)

// enough is a time that no answer takes, silence one after which nobody answers.
const (
	enough  = 20 * time.Second
	silence = 700 * time.Millisecond
)

// A setup is a network with something wrong.
type setup struct {
	name, config string
	a, b         []string // addresses of the ends
	limit        time.Duration
	prepare      func(t *testing.T, p *frametest.Pair)
}

// ip runs a command of iproute2 at an end.
func ip(t *testing.T, e *frametest.End, args string) {
	t.Helper()
	run(t, e, "ip", strings.Fields(args)...)
}

func run(t *testing.T, e *frametest.End, tool string, args ...string) {
	t.Helper()
	if out, err := e.Command(frametest.RequireTool(t, tool), args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", tool, args, err, out)
	}
}

// advertises plays a router at B.
func advertises(t *testing.T, p *frametest.Pair) {
	peer.Answer(t, p.B, func(e frame.Ethernet) []frame.Ethernet {
		if _, m := peer.Message(e); m == nil || m.Type() != 133 {
			return nil
		}
		return []frame.Ethernet{peer.Router(router, macR, netip.MustParsePrefix("2001:db8:1::/64"))}
	})
}

// answers plays holders of an address at B.
func answers(addr netip.Addr, proxy bool, macs ...frame.MAC) func(*testing.T, *frametest.Pair) {
	return func(t *testing.T, p *frametest.Pair) {
		peer.Answer(t, p.B, func(e frame.Ethernet) (out []frame.Ethernet) {
			if from, ok := peer.Asks(e, addr); ok {
				for _, mac := range macs {
					out = append(out, peer.Advertise(e, from, addr, mac, proxy))
				}
			}
			return out
		})
	}
}

var setups = []setup{
	{name: "right", config: "@fe80::a/,@fe80::b/02:00:00:00:00:0b", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"}},
	{name: "no address", config: "@/,@fe80::b/02:00:00:00:00:0b", b: []string{"fe80::b/64"}},
	{name: "no address, IPv4", config: "@/,@192.0.2.9/02:00:00:00:00:0b", b: []string{"192.0.2.9/24"}},
	{name: "broadcast", config: "@/,@192.0.2.9/", a: []string{"192.0.2.7/24"}, b: []string{"192.0.2.9/24"}},
	{name: "auto", config: "@/,@fe80::b/auto", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"}},
	{name: "wrong MAC", config: "@/,@fe80::b/02:00:00:00:00:77", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"}},
	{name: "own MAC", config: "@/,@fe80::b/02:00:00:00:00:0a", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"}},
	{name: "MAC of the router", config: "@/,@fe80::b/02:00:00:00:00:01", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"}, prepare: advertises},
	{name: "own address", config: "@/,@fe80::a/", a: []string{"fe80::a/64"}},
	{name: "other subnet, gateway", config: "@/,@192.0.2.200/02:00:00:00:00:77", a: []string{"192.0.2.7/25"}, b: []string{"192.0.2.1/25"},
		prepare: func(t *testing.T, p *frametest.Pair) { ip(t, p.A, "route add default via 192.0.2.1") }},
	{name: "other subnet, broadcast", config: "@/,@2001:db8:9::9/", a: []string{"2001:db8:1::a/64", "fe80::a/64"}, b: []string{"fe80::1/64"},
		prepare: func(t *testing.T, p *frametest.Pair) {
			ip(t, p.A, "-6 route add default via fe80::1 dev eth0 proto static")
		}},
	{name: "other subnet, no gateway", config: "@/,@192.0.2.200/", a: []string{"192.0.2.7/25"}, b: []string{"192.0.2.1/25"}, limit: silence},
	{name: "RA only", config: "@/,@2001:db8:9::9/02:00:00:00:00:01", prepare: advertises},
	{name: "RA only, on-link and silent", config: "@/,@2001:db8:1::9/", prepare: advertises, limit: silence},
	{name: "VLAN", config: "@/,@fe80::b/", a: []string{"fe80::a/64"}, limit: silence,
		prepare: func(t *testing.T, p *frametest.Pair) {
			peer.Answer(t, p.B, func(e frame.Ethernet) []frame.Ethernet {
				from, ok := peer.Asks(e, addrB)
				x := peer.Advertise(e, from, addrB, frametest.MACB, false)
				x.VLANs = []frame.VLAN{{ID: 5}}
				if !ok {
					return nil
				}
				return []frame.Ethernet{x}
			})
		}},
	{name: "bridge port", config: "@/,@fe80::b/02:00:00:00:00:0b", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"},
		prepare: func(t *testing.T, p *frametest.Pair) { p.A.Enslave("br0") }},
	{name: "no carrier", config: "@/,@fe80::b/02:00:00:00:00:0b", a: []string{"fe80::a/64"}, limit: silence,
		prepare: func(t *testing.T, p *frametest.Pair) { p.B.SetDown() }},
	{name: "down", config: "@/,@fe80::b/02:00:00:00:00:0b", prepare: func(t *testing.T, p *frametest.Pair) { p.A.SetDown() }},
	{name: "no device", config: "@/eth7,@fe80::b/"},
	{name: "small MTU", config: "@/,@192.0.2.9/02:00:00:00:00:0b", a: []string{"192.0.2.7/24"}, b: []string{"192.0.2.9/24"},
		prepare: func(t *testing.T, p *frametest.Pair) { p.A.SetMTU(1000) }},
	{name: "duplicate target", config: "@/,@fe80::c/02:00:00:00:00:0c", a: []string{"fe80::a/64"},
		prepare: answers(netip.MustParseAddr("fe80::c"), false, macC, macR)},
	{name: "duplicate source", config: "@/,@192.0.2.9/02:00:00:00:00:0b", a: []string{"192.0.2.7/24"}, b: []string{"192.0.2.9/24", "192.0.2.7/24"}},
	{name: "target down", config: "@/,@fe80::b/02:00:00:00:00:0b", a: []string{"fe80::a/64"}, limit: silence},
	{name: "target down, remembered", config: "@/,@fe80::b/02:00:00:00:00:0b", a: []string{"fe80::a/64"}, limit: silence,
		prepare: func(t *testing.T, p *frametest.Pair) {
			ip(t, p.A, "neigh add fe80::b lladdr 02:00:00:00:00:0b dev eth0 nud permanent")
		}},
	{name: "firewall of the target", config: "@/,@fe80::b/02:00:00:00:00:0b", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"}, limit: silence,
		prepare: func(t *testing.T, p *frametest.Pair) { drops(t, p.B, "input") }},
	{name: "firewall of the source", config: "@/,@fe80::b/02:00:00:00:00:0b", a: []string{"fe80::a/64"}, b: []string{"fe80::b/64"},
		prepare: func(t *testing.T, p *frametest.Pair) { drops(t, p.A, "output"); drops(t, p.A, "input") }},
	{name: "proxy NDP", config: "@/,@2001:db8:1::9/auto", a: []string{"2001:db8:1::a/64", "fe80::a/64"},
		prepare: answers(netip.MustParseAddr("2001:db8:1::9"), true, macR)},
	{name: "blackhole route", config: "@/,@2001:db8:9::9/02:00:00:00:00:0b", a: []string{"2001:db8:1::a/64"}, b: []string{"2001:db8:9::9/64"},
		prepare: func(t *testing.T, p *frametest.Pair) { ip(t, p.A, "-6 route add blackhole 2001:db8:9::/64") }},
	{name: "IPv4-mapped", config: "@/,@::ffff:192.0.2.9/", a: []string{"192.0.2.7/24"}, b: []string{"192.0.2.9/24"}, limit: silence},
}

// drops makes an end's firewall drop all.
func drops(t *testing.T, e *frametest.End, hook string) {
	t.Helper()
	run(t, e, "nft", "add table inet t"+hook+"; add chain inet t"+hook+" c { type filter hook "+hook+" priority 0; policy drop; }")
}

// TestSetups compares what is said of each network with what was found right.
func TestSetups(t *testing.T) {
	for _, s := range setups {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: s.a}), frametest.B(frametest.Device{Addrs: s.b}))
			if s.prepare != nil {
				s.prepare(t, p)
			}
			compare(t, strings.NewReplacer(" ", "-", ",", "").Replace(s.name), s.examine(t, p))
		})
	}
}

// examine returns what the doctor says, and the facts of the resolution.
func (s setup) examine(t *testing.T, p *frametest.Pair) string {
	targets, err := netconsole.Parse(s.config)
	if err != nil {
		t.Fatal(err)
	}
	limit := s.limit
	if limit == 0 {
		limit = enough
	}
	host := Host{NetRaw: true, NetAdmin: true, Syslog: true, ConsoleLevel: 7}
	var f Facts
	p.A.Do(func() error {
		f = Gather(context.Background(), targets[0], host, limit)
		return nil
	})
	f.level()
	text := Text(f, Examine(f))
	if f.Asked {
		text += "\nfacts\n"
		for _, x := range f.Hop.Facts() {
			text += x.About + ": " + x.Text + "\n"
		}
		if f.Hop.MAC != (frame.MAC{}) {
			text += "line: " + f.Hop.Line("", 6665, 6666) + "\n"
		}
	}
	return text
}

// level makes all times the same, on which the lines' length depends, and decides anew.
func (f *Facts) level() {
	for i := range f.Hop.Heard.Answers {
		f.Hop.Heard.Answers[i].After = 300 * time.Microsecond
	}
	for i := range f.Hop.Heard.Routers {
		f.Hop.Heard.Routers[i].After = 1200 * time.Microsecond
	}
	if f.Asked {
		f.Hop.Heard.Tries = 3
		f.Hop = nexthop.Decide(f.Hop.Question, f.Hop.Kernel, f.Hop.Heard, 2*time.Second)
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	for line := range strings.Lines(got) {
		wide := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > width
		if strings.HasPrefix(line, "facts") {
			break
		}
		if wide && !strings.HasPrefix(strings.TrimSpace(line), "$") && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			t.Errorf("wider than %d columns: %s", width, line)
		}
	}
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s (-update rewrites it)\ngot\n%s\nwant\n%s", file, got, want)
	}
}

package cli_test

import (
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

// guarded are two hosts, one of which has a firewall.
type guarded struct {
	*frametest.Pair
	t      *testing.T
	format string
	at     *frametest.End
}

func guard(t *testing.T, format string, way string) guarded {
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24", "fe80::a/64"}}),
		frametest.B(frametest.Device{Addrs: []string{"192.0.2.2/24", "fe80::b/64"}}))
	g := guarded{p, t, format, p.B}
	if way == "output" {
		g.at = p.A
	}
	walls[format](t, g.at, way)
	return g
}

// firewall runs the command at the host with the firewall. It runs a dozen
// programs in Python, which may take their time on a busy machine.
func (g guarded) firewall(status int, flags string) string {
	g.t.Helper()
	c := prepare(g.t, g.at, "netkmsg", append([]string{"firewall", "--format", g.format}, strings.Fields(flags)...)...)
	c.start().endsWithin(10*limit, status)
	return c.diag.String()
}

// lists show all rules that a tool has made.
var lists = map[string][]string{
	"nft":       {"nft -s list ruleset"},
	"iptables":  {"iptables-save", "ip6tables-save"},
	"ufw":       {"ufw show added", "iptables-save", "ip6tables-save"},
	"firewalld": {"nft -s list ruleset", "find /etc/firewalld -name *.xml -exec sed -n /-100/p {} +"}, // of what lasts our own
}

// list leaves out times and counts, which are in comments and before policies,
// and what ufw adds for limits when it first changes anything.
func (g guarded) list() (s string) {
	g.t.Helper()
	for _, list := range lists[g.format] {
		words := strings.Fields(list)
		out, err := g.at.Command(words[0], words[1:]...).Output()
		if err != nil {
			g.t.Fatalf("%s: %v", list, err)
		}
		for line := range strings.Lines(string(out)) {
			if line[0] != '#' && line[0] != ':' && !strings.Contains(line, "-user-limit") {
				s += line
			}
		}
	}
	return s
}

// differ returns the lines that only one list has.
func differ(a, b string) (s string) {
	in := func(list, line string) bool { return strings.Contains("\n"+list, "\n"+line) }
	for line := range strings.Lines(a) {
		if !in(b, line) {
			s += "\n- " + strings.TrimSpace(line)
		}
	}
	for line := range strings.Lines(b) {
		if !in(a, line) {
			s += "\n+ " + strings.TrimSpace(line)
		}
	}
	return s
}

const (
	v4, v4Other = "192.0.2.2:6666", "192.0.2.2:6667"
	v6, v6Other = "[fe80::b%eth0]:6666", "[fe80::b%eth0]:6667"
)

var sockets = []string{v4, v4Other, v6, v6Other}

// listeners are sockets at B.
func (g guarded) listeners() map[string]net.PacketConn {
	g.t.Helper()
	all := map[string]net.PacketConn{}
	for _, addr := range sockets {
		if err := g.B.Do(func() (err error) { all[addr], err = net.ListenPacket("udp", addr); return err }); err != nil {
			g.t.Fatal(err)
		}
		g.t.Cleanup(func() { all[addr].Close() })
	}
	return all
}

// arrives sends a record from A to each socket at B and looks at which it arrives.
func (g guarded) arrives(from string, want ...string) {
	g.t.Helper()
	flags, addrs, _ := strings.Cut(from, "|")
	a4, a6, _ := strings.Cut(addrs, " ")
	in := g.listeners()
	c := g.B.Capture(g.t)
	config := strings.NewReplacer("4", a4, "6", a6).Replace("@4/,M@V/;@4/,N@V/;@6/,M@W/;@6/,N@W/")
	config = strings.NewReplacer("M", "6666", "N", "6667", "V", "192.0.2.2", "W", "fe80::b").Replace(config)
	netkmsg(g.t, g.A, append(strings.Fields(flags), "--from", file(g.t, records(0, 1)), config)...).run(0)
	// What has passed the device has passed the firewall, or not, a moment later.
	for range sockets {
		if _, err := c.Wait(limit, func(p frametest.Packet) bool {
			f, err := p.Frame()
			return err == nil && (f.Target.Port == 6666 || f.Target.Port == 6667)
		}); err != nil {
			g.t.Fatal(err)
		}
	}
	for _, addr := range sockets {
		wait := 100 * time.Millisecond
		if slices.Contains(want, addr) {
			wait = limit
		}
		in[addr].SetReadDeadline(time.Now().Add(wait))
		_, _, err := in[addr].ReadFrom(make([]byte, 2000))
		if got := err == nil; got != slices.Contains(want, addr) {
			g.t.Errorf("from %s: that it arrives at %s is %v", from, addr, got)
		}
		in[addr].Close()
	}
}

// TestFirewallLive: at a host with a firewall of the usual making datagrams of
// send arrive where the rules say so, from whom they say, and nowhere else;
// twice is once; what is taken away leaves nothing.
func TestFirewallLive(t *testing.T) {
	const a, config = "|192.0.2.1 fe80::a", " @/,@192.0.2.2/;+@/,@fe80::b/"
	for _, tt := range []struct {
		name, flags, stranger string
		not                   string // ufw knows no MAC addresses; of firewalld TestFirewallZones has the rest
	}{
		{"address", "@192.0.2.1/,@192.0.2.2/;+@fe80::a/,@fe80::b/", "|192.0.2.77 fe80::77", ""},
		{"MAC address", "--mac-source 02:00:00:00:00:0a" + config, "--source-mac 02:00:00:00:00:77" + a, "ufw firewalld"},
		{"interface", "--interface eth0" + config, "", "firewalld"},
	} {
		for format := range walls {
			if strings.Contains(tt.not, format) {
				continue
			}
			t.Run(format+" "+tt.name, func(t *testing.T) {
				g := guard(t, format, "input")
				before := g.list()
				missing := func() {
					t.Helper()
					if got := g.firewall(1, "--check "+tt.flags); !strings.Contains(got, "the rule is not in place") {
						t.Error(got)
					}
					g.arrives(a)
				}
				missing()
				g.firewall(0, "--apply "+tt.flags)
				once := g.list()
				g.firewall(0, "--apply "+tt.flags)
				if twice := g.list(); twice != once || once == before {
					t.Errorf("once:%s\ntwice:%s", differ(before, once), differ(once, twice))
				}
				g.firewall(0, "--check "+tt.flags)
				g.arrives(a, v4, v6)
				if tt.stranger != "" {
					g.arrives(tt.stranger)
				}
				for range 2 {
					g.firewall(0, "--remove "+tt.flags)
				}
				if after := g.list(); after != before {
					t.Errorf("left:%s", differ(before, after))
				}
				missing()
			})
		}
	}
}

// TestFirewallOtherDevice: a rule for one device opens no other.
func TestFirewallOtherDevice(t *testing.T) {
	for _, format := range []string{"nft", "iptables", "ufw"} {
		t.Run(format, func(t *testing.T) {
			g := guard(t, format, "input")
			g.firewall(0, "--apply --interface eth1 @/,@192.0.2.2/;@/,@fe80::b/")
			g.arrives("|192.0.2.1 fe80::a")
		})
	}
}

// TestFirewallSource: frames of send leave a host whose firewall lets no UDP
// out; what goes through a socket needs the rules.
func TestFirewallSource(t *testing.T) {
	for format := range walls {
		t.Run(format, func(t *testing.T) {
			g := guard(t, format, "output")
			const flags = " --side source @/,@192.0.2.2/;@/,@fe80::b/"
			before := g.list()
			closed := func() {
				t.Helper()
				g.firewall(1, "--check"+flags)
				g.leaves()
			}
			g.arrives("|192.0.2.1 fe80::a", sockets...)
			closed()
			g.firewall(0, "--apply"+flags)
			once := g.list()
			g.firewall(0, "--apply"+flags)
			if twice := g.list(); twice != once || once == before {
				t.Errorf("once:%s\ntwice:%s", differ(before, once), differ(once, twice))
			}
			g.firewall(0, "--check"+flags)
			g.leaves(v4, v6)
			g.firewall(0, "--remove"+flags)
			if after := g.list(); after != before {
				t.Errorf("left:%s", differ(before, after))
			}
			closed()
		})
	}
}

// leaves sends through sockets at A, which the kernel refuses what the
// firewall stops.
func (g guarded) leaves(want ...string) {
	g.t.Helper()
	in := g.listeners()
	for _, addr := range sockets {
		var out net.Conn
		if err := g.A.Do(func() (err error) { out, err = net.Dial("udp", addr); return err }); err != nil {
			g.t.Fatal(err)
		}
		_, err := out.Write([]byte("netkmsg"))
		out.Close()
		if !slices.Contains(want, addr) {
			if !errors.Is(err, syscall.EPERM) {
				g.t.Errorf("to %s: %v, want %v", addr, err, syscall.EPERM)
			}
			continue
		}
		in[addr].SetReadDeadline(time.Now().Add(limit))
		if _, _, got := in[addr].ReadFrom(make([]byte, 2000)); err != nil || got != nil {
			g.t.Errorf("to %s: %v, at the socket %v", addr, err, got)
		}
	}
	for _, c := range in {
		c.Close()
	}
}

// TestFirewallZones: a rule is put into every zone in use, or that of a device
// and for a MAC address, and found again when the device has moved on.
func TestFirewallZones(t *testing.T) {
	const a, config = "|192.0.2.1 fe80::a", " @/,@192.0.2.2/;@/,@fe80::b/"
	g := guard(t, "firewalld", "input")
	cmd := func(args ...string) {
		t.Helper()
		if out, err := g.B.Command("firewall-cmd", args...).CombinedOutput(); err != nil {
			t.Fatalf("firewall-cmd %v: %s", args, out)
		}
	}
	cmd("--zone=block", "--change-interface=eth0")
	for _, tt := range []struct{ flags, stranger string }{
		{"--interface eth0 --mac-source 02:00:00:00:00:0a", "--source-mac 02:00:00:00:00:77" + a},
		{"", ""},
	} {
		g.firewall(0, "--apply "+tt.flags+config)
		g.arrives(a, v4, v6)
		if tt.stranger != "" {
			g.arrives(tt.stranger)
		}
		cmd("--zone=dmz", "--change-interface=eth0")
		g.firewall(1, "--check "+tt.flags+config)
		g.arrives(a)
		g.firewall(0, "--remove "+tt.flags+config)
		if left := g.list(); strings.Contains(left, "6666 accept") || strings.Contains(left, "-100") {
			t.Error(left)
		}
		cmd("--zone=block", "--change-interface=eth0")
	}
}

// TestFirewallForeign: nft leaves chains that ufw and firewalld manage to them.
func TestFirewallForeign(t *testing.T) {
	for _, format := range []string{"ufw", "firewalld"} {
		t.Run(format, func(t *testing.T) {
			g := guard(t, format, "input")
			if got := g.firewall(1, "--format nft --apply @/,@fe80::b/"); !strings.Contains(got, "use --format "+format) {
				t.Error(got)
			}
		})
	}
}

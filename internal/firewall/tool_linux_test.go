package firewall

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
)

func TestMain(m *testing.M) { frametest.Main(m) }

// host is B of a pair with a firewall that lets nothing in.
type host struct {
	*frametest.Pair
	t *testing.T
}

const wall = `table inet filter {
	chain input { type filter hook input priority 0; policy drop; meta l4proto ipv6-icmp accept; }
	chain output { type filter hook output priority 0; policy accept; }
}
table ip second { chain in { type filter hook input priority 10; policy drop; }; }
`

func newHost(t *testing.T) host {
	t.Helper()
	return host{frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24", "fe80::a/64"}}),
		frametest.B(frametest.Device{Addrs: []string{"192.0.2.2/24", "fe80::b/64"}})), t}
}

// do runs a program at B.
func (h host) do(stdin, name string, args ...string) (string, error) {
	c := h.B.Command(name, args...)
	c.Stdin = strings.NewReader(stdin)
	out, err := c.CombinedOutput()
	return string(out), err
}

// tool is the Tool at B.
func (h host) tool(f Format) Tool {
	return Tool{f, func(ctx context.Context, stdin string, argv []string) (out []byte, err error) {
		err = h.B.Do(func() error { out, err = run(ctx, stdin, argv); return err })
		return out, err
	}}
}

// passes sends from A to a socket at B and reports whether it arrives.
func (h host) passes(network, from, to string) bool {
	h.t.Helper()
	var in net.PacketConn
	var out net.Conn
	if err := h.B.Do(func() (err error) { in, err = net.ListenPacket(network, to); return err }); err != nil {
		h.t.Fatal(err)
	}
	defer in.Close()
	d := net.Dialer{LocalAddr: resolve(h.t, network, from)}
	if err := h.A.Do(func() (err error) { out, err = d.Dial(network, to); return err }); err != nil {
		h.t.Fatal(err)
	}
	defer out.Close()
	c := h.B.Capture(h.t)
	if _, err := out.Write([]byte("netkmsg")); err != nil {
		h.t.Fatal(err)
	}
	// What has passed the device has passed the firewall, or not, before the
	// next frame is captured.
	if _, err := c.Wait(10*time.Second, func(p frametest.Packet) bool {
		f, err := p.Frame()
		return err == nil && string(f.Payload) == "netkmsg"
	}); err != nil {
		h.t.Fatal(err)
	}
	in.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	n, _, err := in.ReadFrom(make([]byte, 16))
	return err == nil && n == 7
}

func resolve(t *testing.T, network, addr string) net.Addr {
	t.Helper()
	a, err := net.ResolveUDPAddr(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestNFT: packets pass where the rules say so and nowhere else; twice is
// once; what is taken away leaves nothing.
func TestNFT(t *testing.T) {
	frametest.RequireTool(t, "nft")
	h := newHost(t)
	if out, err := h.do(wall, "nft", "-f", "-"); err != nil {
		frametest.Require(t, false, "nftables: "+out)
	}
	list := func() string {
		out, err := h.do("", "nft", "list", "ruleset")
		if err != nil {
			t.Fatal(out)
		}
		return out
	}
	h.through(NFT, list)
}

// through is the life of the rules with a tool whose ruleset list shows.
func (h host) through(f Format, list func() string) {
	t, ctx := h.t, context.Background()
	before := list()
	tool := h.tool(f)
	rs := rules(t, "@192.0.2.1/,@192.0.2.2/;+@fe80::a/,@fe80::b/", Options{Side: Destination, Interface: "eth0", MAC: frametest.MACA})
	if err := tool.Check(ctx, rs); err == nil || !strings.Contains(err.Error(), ErrMissing.Error()) {
		t.Fatalf("before: %v", err)
	}
	if h.passes("udp4", "192.0.2.1:0", "192.0.2.2:6666") || h.passes("udp6", "[fe80::a%eth0]:0", "[fe80::b%eth0]:6666") {
		t.Fatal("the wall has a hole")
	}
	var once string
	for i := range 2 {
		if err := tool.Apply(ctx, rs); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			once = list()
		}
	}
	if got := list(); got != once || once == before {
		t.Errorf("once\n%s\ntwice\n%s", once, got)
	}
	if err := tool.Check(ctx, rs); err != nil {
		t.Error(err)
	}
	if !h.passes("udp4", "192.0.2.1:0", "192.0.2.2:6666") || !h.passes("udp6", "[fe80::a%eth0]:0", "[fe80::b%eth0]:6666") {
		t.Errorf("nothing passes:\n%s", once)
	}
	if h.passes("udp4", "192.0.2.1:0", "192.0.2.2:6667") {
		t.Error("another port passes")
	}
	h.A.SetMAC(frame.MAC{2, 0, 0, 0, 0, 0x77})
	if h.passes("udp4", "192.0.2.1:0", "192.0.2.2:6666") {
		t.Error("another MAC address passes")
	}
	for range 2 {
		if err := tool.Remove(ctx, rs); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(); got != before {
		t.Errorf("before\n%s\nafter\n%s", before, got)
	}
}

// TestNFTEmpty: where nothing filters, nothing is done and nothing is missing.
func TestNFTEmpty(t *testing.T) {
	frametest.RequireTool(t, "nft")
	h := newHost(t)
	rs := rules(t, "@/,@192.0.2.2/", Options{Side: Destination})
	tool := h.tool(NFT)
	for _, do := range []func(context.Context, []Rule) error{tool.Apply, tool.Check, tool.Remove} {
		if err := do(context.Background(), rs); err != nil {
			t.Error(err)
		}
	}
	if out, _ := h.do("", "nft", "list", "ruleset"); out != "" {
		t.Error(out)
	}
}

func TestIPTables(t *testing.T) {
	save := frametest.RequireTool(t, "iptables-save")
	h := newHost(t)
	for _, tool := range []string{"iptables", "ip6tables"} {
		script := "*filter\n:INPUT DROP [0:0]\n-A INPUT -p ipv6-icmp -j ACCEPT\nCOMMIT\n"
		if out, err := h.do(script, frametest.RequireTool(t, tool+"-restore"), "-w"); err != nil {
			frametest.Require(t, false, tool+": "+out)
		}
	}
	list := func() (s string) {
		for _, tool := range []string{save, strings.Replace(save, "iptables", "ip6tables", 1)} {
			out, err := h.do("", tool, "-t", "filter")
			if err != nil {
				t.Fatal(out)
			}
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, "-A") {
					s += line
				}
			}
		}
		return s
	}
	h.through(IPTables, list)
}

// TestAllOrNone: a rule that is refused takes those before it away again.
func TestAllOrNone(t *testing.T) {
	rs := rules(t, "@/,@192.0.2.2/;@/,@fe80::b/", Options{Side: Destination})
	there := map[string]bool{}
	no := exec.Command("sh", "-c", "exit 1").Run()
	tool := Tool{IPTables, func(_ context.Context, _ string, argv []string) ([]byte, error) {
		name := argv[0]
		switch argv[2] {
		case "-C":
			if !there[name] {
				return nil, no
			}
		case "-I":
			if name == "ip6tables" {
				return nil, errors.New("fails")
			}
			there[name] = true
		case "-D":
			delete(there, name)
		}
		return nil, nil
	}}
	if err := tool.Apply(context.Background(), rs); err == nil || len(there) != 0 {
		t.Errorf("%v, left %v", err, there)
	}
}

func TestNoTool(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := run(context.Background(), "", []string{"firewall-cmd"})
	if err == nil || !strings.Contains(err.Error(), "choose another --format") {
		t.Error(err)
	}
}

package doctor

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netdev"
	"netkmsg/internal/nexthop"
)

// resolve asks on A's device.
func resolve(t *testing.T, p *frametest.Pair, target string) (r nexthop.Result) {
	t.Helper()
	p.A.Do(func() (err error) {
		r, err = nexthop.Resolve(context.Background(), nexthop.Question{
			Device: "eth0", Target: netip.MustParseAddr(target), Limit: 5 * time.Second, Duplicates: true,
		})
		if err != nil {
			t.Error(err)
		}
		return nil
	})
	return r
}

// TestKernelProxy asks a kernel that answers for another host, after some time, as RFC 4861 has it.
func TestKernelProxy(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"2001:db8:1::a/64"}}), frametest.B(frametest.Device{Addrs: []string{"fe80::1/64"}}))
	p.B.Sysctl("net.ipv6.conf.all.forwarding", "1")
	p.B.Sysctl("net.ipv6.conf.eth0.proxy_ndp", "1")
	ip(t, p.B, "link set dev lo up")
	ip(t, p.B, "-6 route add 2001:db8:1::9/128 dev lo")
	ip(t, p.B, "-6 neigh add proxy 2001:db8:1::9 dev eth0")
	r := resolve(t, p, "2001:db8:1::9")
	if r.MAC != frametest.MACB || len(r.Doubts) != 1 || r.Doubts[0].Kind != nexthop.Proxy {
		t.Errorf("%v, doubts %+v", r.MAC, r.Doubts)
	}
}

// TestTentative asks for an address whose holder is about to find out whether it is unique: the question must not make
// it think that it is not.
func TestTentative(t *testing.T) {
	p := frametest.NewPair(t)
	ip(t, p.B, "-6 addr add 2001:db8:1::b/64 dev eth0")
	p.A.Do(func() error {
		nexthop.Resolve(context.Background(), nexthop.Question{
			Device: "eth0", Target: netip.MustParseAddr("2001:db8:1::b"), Limit: time.Second, Duplicates: true,
		})
		return nil
	})
	for over := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var as []netdev.Address
		p.B.Do(func() (err error) { as, err = netdev.AddressStates(p.B.Index(), unix.AF_INET6); return err })
		if len(as) == 1 && !as[0].Tentative {
			break
		}
		if time.Now().After(over) {
			t.Fatalf("the address has not become usable: %+v", as)
		}
	}
	if r := resolve(t, p, "2001:db8:1::b"); r.MAC != frametest.MACB {
		t.Errorf("%v", r.MAC)
	}
}

// TestNoTrace resolves, and finds the host as it was.
func TestNoTrace(t *testing.T) {
	p := frametest.NewPair(t, frametest.B(frametest.Device{Addrs: []string{"192.0.2.9/24", "fe80::b/64"}}))
	look := func() string {
		var all []string
		for _, args := range []string{"addr", "route", "-6 route", "neigh", "-d link show dev eth0"} {
			out, err := p.A.Command(frametest.RequireTool(t, "ip"), strings.Fields(args)...).CombinedOutput()
			if err != nil {
				t.Fatalf("ip %s: %v\n%s", args, err, out)
			}
			all = append(all, string(out))
		}
		return strings.Join(all, "\n")
	}
	before := look()
	c := p.B.Capture(t)
	for _, a := range []string{"192.0.2.9", "fe80::b"} {
		if r := resolve(t, p, a); r.MAC != frametest.MACB {
			t.Errorf("%s: %v", a, r.MAC)
		}
	}
	if after := look(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	var out []byte
	var err error
	if out, err = p.B.Command(frametest.RequireTool(t, "ip"), "-4", "neigh").CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("an ARP probe has left a trace at its target: %s, %v", out, err)
	}
	if len(c.Packets()) == 0 {
		t.Error("nothing was asked")
	}
}

package cli_test

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// testArrives sends a log from A, of which every frame must arrive as it is in
// the capture file.
func testArrives(t *testing.T, p *frametest.Pair, flags ...string) {
	t.Helper()
	c := p.B.Capture(t)
	dump := filepath.Join(t.TempDir(), "sent.pcap")
	args := append(flags, "--from", file(t, records(0, 200)), "--pcap", dump, "+@/eth0,@fe80::b/")
	cmd := netkmsg(t, p.A, args...).run(0)
	conserved(t, 200, arrive(t, c, 200), cmd.account("cmdline0"))
	noMore(t, c)
	sent := frames(t, dump)
	i := 0
	for _, p := range c.Packets() {
		if !isLog(p) {
			continue
		}
		if i < len(sent) {
			if d := frametest.Diff(sent[i], p.Data); d != "" {
				t.Fatalf("frame %d arrives differently than captured:\n%s", i, d)
			}
		}
		i++
	}
	if len(sent) != i {
		t.Errorf("%d frames in the capture file, %d arrived", len(sent), i)
	}
}

// TestPastEverything is what a host in trouble looks like. First it has no
// address and no route.
func TestPastEverything(t *testing.T) {
	p := frametest.NewPair(t)
	out, err := p.A.Command("cat", "/proc/self/net/if_inet6").Output()
	if err != nil || len(out) > 0 {
		t.Fatalf("A has an address: %s%v", out, err)
	}
	testArrives(t, p)
}

// TestPastFirewall drops all output, and shows that it does.
func TestPastFirewall(t *testing.T) {
	p := frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"fe80::a/64"}}))
	nft(t, p.A, "add table inet f; add chain inet f out { type filter hook output priority 0; policy drop; }")
	err := p.A.Do(func() error {
		// By number: package net remembers a name's for a minute, whatever the namespace.
		u, err := net.Dial("udp6", fmt.Sprintf("[fe80::b%%%d]:6666", p.A.Index()))
		if err == nil {
			defer u.Close()
			_, err = u.Write([]byte("x"))
		}
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "operation not permitted") {
		t.Errorf("the firewall does not stop others: %v", err)
	}
	testArrives(t, p)
}

func nft(t *testing.T, e *frametest.End, rules string) {
	t.Helper()
	out, err := e.Command(frametest.RequireTool(t, "nft"), rules).CombinedOutput()
	frametest.Require(t, err == nil, "nftables: "+string(out))
}

// TestPastQdisc has a queueing discipline that swallows everything, as is seen
// when it is not passed by.
func TestPastQdisc(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.SetQdisc("blackhole")
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--qdisc", "--from", file(t, records(0, 3)), toB).run(0)
	if a := cmd.account("cmdline0"); a.Sent != 3 {
		t.Errorf("%+v", a)
	}
	noMore(t, c)
	testArrives(t, p)
}

// TestEgressHook has a firewall that even packet sockets do not get past
// (Linux 5.16, nf_hook_direct_egress; netpoll does). The records must not be
// lost in silence.
func TestEgressHook(t *testing.T) {
	p := frametest.NewPair(t)
	nft(t, p.A, "add table netdev f; add chain netdev f out { type filter hook egress device eth0 priority 0; policy drop; }")
	c := p.B.Capture(t)
	cmd := netkmsg(t, p.A, "--from", file(t, records(0, 3)), toB).run(1)
	conserved(t, 3, nil, cmd.account("cmdline0"))
	noMore(t, c)
}

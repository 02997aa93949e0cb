package targets

import (
	"os"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
)

// ip runs ip(8) in A's namespace, for a kind of device that the kernel has to have.
func (b *bench) ip(args string) {
	b.Helper()
	out, err := b.A.Command(frametest.RequireTool(b.T, "ip"), strings.Fields(args)...).CombinedOutput()
	unknown := strings.Contains(string(out), "Unknown device type") || strings.Contains(string(out), "not supported")
	frametest.Require(b.T, !unknown, "a kernel for ip "+args)
	if err != nil {
		b.Fatalf("ip %s: %v\n%s", args, err, out)
	}
}

// TestStacked sends through a device on top of another (corpus case dev-vlan), which goes with the one below it and does
// not come back with that one by itself.
func TestStacked(t *testing.T) {
	for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
		t.Run(policy.String(), func(t *testing.T) { stacked(t, "macvlan mode bridge", policy) })
	}
}

func stacked(t *testing.T, kind string, policy netconsole.Policy) {
	b := newBench(t, policy, nil)
	b.ip("link add link eth0 name eth0.5 type " + kind)
	x := b.enabled("t", "dev_name=eth0.5", "local_ip=fe80::a")
	b.says("first")
	b.A.Delete()
	b.shows(x, "enabled", "0")
	b.replug()
	b.log.write(6, "absent")
	b.ip("link add link eth0 name eth0.5 type " + kind)
	b.becomes(x, netconsole.Enabled)
	b.told("network logging resumed on interface eth0.5")
	sent := uint64(2)
	if policy == netconsole.Helpful {
		b.arrives("absent")
		sent++
	}
	b.says("back")
	b.adds(x, sent, 0, 0, 0)
}

// TestRetry: a device comes back that is of no use. The kernel gives up; the helpful policy tries again, and takes the
// right one at once when it is there.
func TestRetry(t *testing.T) {
	tun, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0)
	frametest.Require(t, err == nil, "/dev/net/tun, readable and writable")
	tun.Close()
	for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
		b := newBench(t, policy, nil)
		x := b.enabled("t", "local_ip=fe80::a")
		b.A.Delete()
		b.becomes(x, netconsole.Waiting)
		b.ip("tuntap add dev eth0 mode tun")
		if policy == netconsole.Kernel {
			b.becomes(x, netconsole.Disabled)
			b.told("network logging not resumed: open eth0: not an Ethernet device")
			continue
		}
		b.told("cannot resume, tried once, again in 1s: open eth0: not an Ethernet device")
		if s := x.Status(); s.State != netconsole.Waiting || s.Tries < 1 || s.NextTry.IsZero() || !strings.Contains(s.Why, "not an Ethernet device") {
			t.Errorf("%+v", s)
		}
		b.ip("tuntap del dev eth0 mode tun")
		b.Connect()
		b.becomes(x, netconsole.Enabled)
		b.told("network logging resumed on interface eth0, having tried ")
	}
}

package targets

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
)

// ip runs ip(8) in A's namespace. A kernel without the kind of device skips the test, unless NETKMSG_KERNEL says that it
// has them all, as the one of make test-boot does.
func (b *bench) ip(args string) {
	b.Helper()
	out, err := b.A.Command(frametest.RequireTool(b.T, "ip"), strings.Fields(args)...).CombinedOutput()
	unknown := strings.Contains(string(out), "Unknown device type") || strings.Contains(string(out), "not supported")
	if unknown && os.Getenv("NETKMSG_KERNEL") == "" {
		b.Skip("needs a kernel for ip " + args + ": make test-boot has one")
	}
	if err != nil {
		b.Fatalf("ip %s: %v\n%s", args, err, out)
	}
}

// TestStacked sends through a device on top of another (corpus case dev-vlan), which goes with the one below it and does
// not come back with that one by itself.
func TestStacked(t *testing.T) {
	for _, kind := range []string{"vlan id 5", "macvlan mode bridge"} {
		for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
			t.Run(kind+" "+policy.String(), func(t *testing.T) { stacked(t, kind, policy) })
		}
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

// TestBond: the device becomes a port of a bond, which may itself have a target (corpus case dev-bond; the kernel's
// self-test netcons_over_bonding).
func TestBond(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	b.ip("link add bond0 type bond mode active-backup")
	x := b.enabled("t", "local_ip=fe80::a")
	b.says("alone")
	b.A.SetDown()
	b.ip("link set eth0 master bond0")
	b.shows(x, "enabled", "0")
	b.told("as it is joining a master device")
	b.store(x, "enabled", "1", syscall.EBUSY)
	b.store(x, "dev_name", "bond0", 0)
	b.store(x, "enabled", "1", 0)
	b.becomes(x, netconsole.Enabled)
	b.says("through the bond")
	b.ip("link add eth1 type dummy")
	b.ip("link set eth1 master bond0")
	b.says("with a second port")
	b.ip("link del bond0")
	b.shows(x, "enabled", "0")
	b.store(x, "dev_name", "eth0", 0)
	b.store(x, "enabled", "1", 0)
	b.says("alone again")
	b.adds(x, 4, 0, 0, 0)
}

// TestVRF: by the helpful policy a target goes on while its device joins a VRF and leaves it.
func TestVRF(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	b.ip("link add vrf0 type vrf table 10")
	b.ip("link set vrf0 up")
	x := b.enabled("t", "local_ip=fe80::a")
	b.says("before")
	b.ip("link set eth0 master vrf0")
	b.says("inside")
	b.shows(x, "enabled", "1")
	b.ip("link set eth0 nomaster")
	b.says("after")
	b.shows(x, "enabled", "1")
	b.adds(x, 3, 0, 0, 0)
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

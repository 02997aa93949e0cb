//go:build boottest

// These tests need kinds of devices that few kernels have at hand: make
// test-boot runs them on one that has.

package targets

import (
	"syscall"
	"testing"

	"netkmsg/internal/netconsole"
)

// TestVLAN is TestStacked with a VLAN (corpus case dev-vlan).
func TestVLAN(t *testing.T) {
	for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
		t.Run(policy.String(), func(t *testing.T) { stacked(t, "vlan id 5", policy) })
	}
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

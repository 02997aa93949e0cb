package targets

import (
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
)

// TestEnable goes through the life of a target that has its device (corpus cases cfs-enable-minimal, cfs-disabled-gap).
func TestEnable(t *testing.T) {
	for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
		b := newBench(t, policy, nil)
		b.log.write(6, "before")
		x := b.made("t")
		b.shows(x, "enabled", "0")
		b.shows(x, "local_mac", "ff:ff:ff:ff:ff:ff")
		b.shows(x, "local_ip", "::")
		b.store(x, "enabled", "0", syscall.EINVAL)
		b.told("network logging has already stopped")
		b.store(x, "enabled", "x", syscall.EINVAL)
		b.store(x, "enabled", "", syscall.EFAULT)
		b.store(x, "enabled", "1", 0)
		b.shows(x, "enabled", "1")
		b.shows(x, "local_mac", frametest.MACA.String())
		b.shows(x, "local_ip", "fe80::a")
		b.shows(x, "transmit_errors", "0")
		b.store(x, "enabled", "1", syscall.EINVAL)
		b.told("network logging has already started")
		b.store(x, "remote_port", "rubbish", syscall.EINVAL)
		b.told("target is enabled, disable to update parameters")
		if from := b.says("one"); from != "fe80::a 02:00:00:00:00:0a" {
			t.Errorf("from %s", from)
		}
		b.log.write(6, "two") // logged before the target is disabled, and so it is sent
		b.store(x, "enabled", "0", 0)
		b.shows(x, "local_mac", "ff:ff:ff:ff:ff:ff")
		b.shows(x, "local_ip", "fe80::a")
		b.log.write(6, "missed")
		b.store(x, "enabled", "1", 0)
		b.arrives("two")
		b.says("three")
		b.adds(x, 3, 0, 0, 0)
	}
}

// TestRelease wants the release only with the extended format, as the kernel.
func TestRelease(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.made("t", "release=1")
	b.store(x, "enabled", "1", syscall.EINVAL)
	b.told("release needs the extended format")
	b.store(x, "extended", "1", 0)
	b.store(x, "enabled", "1", 0)
	b.log.write(6, "text")
	b.arrives("7.3.4,14,0,0,-;text")
	b.adds(x, 1, 0, 0, 0)
}

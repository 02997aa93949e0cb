package targets

import (
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
)

// replug removes the cable with both devices and makes it anew.
func (b *bench) replug() {
	b.Helper()
	b.Pair.Connect()
	b.out = b.B.Capture(b.T)
}

// TestUnregister removes the device, and brings it back (corpus case dev-unplug-mac). What was logged in between is lost
// with the kernel's policy, and waits with the helpful one.
func TestUnregister(t *testing.T) {
	for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
		b := newBench(t, policy, nil)
		x := b.enabled("t", "local_ip=fe80::a")
		b.says("present")
		b.A.Delete()
		b.shows(x, "enabled", "0")
		b.shows(x, "local_mac", "ff:ff:ff:ff:ff:ff")
		b.shows(x, "dev_name", "eth0")
		b.told("network logging stopped on interface eth0 as it unregistered")
		if s := x.Status(); s.State != netconsole.Waiting || !s.Wanted || s.Why != "eth0 was unregistered" {
			t.Errorf("%+v", s)
		}
		b.log.write(6, "absent")
		b.replug()
		b.becomes(x, netconsole.Enabled)
		b.told("network logging resumed on interface eth0")
		b.shows(x, "enabled", "1")
		if policy == netconsole.Helpful {
			b.says("back") // "absent" has gone before the capture began
			b.adds(x, 3, 0, 0, 0)
		} else {
			b.says("back")
			b.adds(x, 2, 0, 0, 0)
		}
	}
}

// TestNoDevice: the write fails as in the kernel, but with the helpful policy the target waits.
func TestNoDevice(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.made("t", "dev_name=eth7")
	b.store(x, "enabled", "1", syscall.ENODEV)
	if s := x.Status(); s.State != netconsole.Disabled || s.Wanted {
		t.Errorf("%+v", s)
	}

	b = newBench(t, netconsole.Helpful, nil)
	x = b.made("t", "dev_name=eth7")
	b.store(x, "enabled", "1", syscall.ENODEV)
	b.shows(x, "enabled", "0")
	b.log.write(6, "kept")
	b.A.Rename("eth7")
	b.becomes(x, netconsole.Enabled)
	b.arrives("kept")
	b.store(x, "enabled", "0", 0)
	b.store(x, "dev_name", "eth8", 0)
	b.store(x, "enabled", "1", syscall.ENODEV)
	b.log.write(6, "in vain")
	b.store(x, "enabled", "0", syscall.EINVAL) // as the kernel answers; it ends the waiting all the same
	b.told("no longer waiting")
	b.A.Rename("eth8")
	b.store(x, "enabled", "1", 0)
	b.says("now")
	b.adds(x, 2, 0, 0, 1)
}

func TestRename(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.enabled("t")
	b.says("as eth0")
	b.A.Rename("nic7")
	b.shows(x, "dev_name", "nic7")
	b.shows(x, "enabled", "1")
	b.says("as nic7")
	b.adds(x, 2, 0, 0, 0)
}

// TestByMAC: a target that is bound to a MAC address knows a name only while it has the device.
func TestByMAC(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	line := "@fe80::a/" + frametest.MACA.String() + ",@fe80::b/" + frametest.MACB.String()
	config, err := netconsole.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	b.set.AddCmdline(t.Context(), config)
	if b.set.Len() != 0 {
		t.Error("a target of the command line is seen before it is made")
	}
	x, err := b.set.Mkdir("cmdline0") // in the namespace of the test there is no such device
	if err != nil {
		t.Fatal(err)
	}
	b.shows(x, "dev_name", "")
	b.store(x, "enabled", "1", 0)
	b.shows(x, "dev_name", "eth0")
	b.A.Delete()
	b.shows(x, "enabled", "0")
	b.shows(x, "dev_name", "")
	b.replug()
	b.becomes(x, netconsole.Enabled)
	b.shows(x, "dev_name", "eth0")
	b.says("back")
	if got, want := x.Config(), "6665@fe80::a/02:00:00:00:00:0a,6666@fe80::b/02:00:00:00:00:0b"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	b.adds(x, 1, 0, 0, 0)
}

// TestDown: records are skipped while the device is down, or wait for it; enabled shows 1 all the time (corpus case
// cfs-transmit-errors).
func TestDown(t *testing.T) {
	for _, policy := range []netconsole.Policy{netconsole.Kernel, netconsole.Helpful} {
		for name, end := range map[string]func(*bench) *frametest.End{
			"down":       func(b *bench) *frametest.End { return b.A },
			"no carrier": func(b *bench) *frametest.End { return b.B },
		} {
			b := newBench(t, policy, nil)
			x := b.enabled("t", "local_ip=fe80::a")
			b.says("up")
			end(b).SetDown()
			b.becomes(x, netconsole.Paused)
			b.shows(x, "enabled", "1")
			b.log.write(6, "down 1", "down 2")
			if policy == netconsole.Kernel {
				b.until(x, func(c netconsole.Counts) bool { return c.Dropped == 2 })
			}
			end(b).SetUp()
			b.becomes(x, netconsole.Enabled)
			b.out = b.B.Capture(t)
			if policy == netconsole.Helpful && name == "down" {
				b.log.write(6, "up")
			}
			b.shows(x, "transmit_errors", "0")
			b.store(x, "enabled", "0", 0)
			switch {
			case policy == netconsole.Kernel:
				b.adds(x, 1, 0, 2, 0)
			case name == "down":
				b.adds(x, 4, 0, 0, 0)
			default:
				b.adds(x, 3, 0, 0, 0)
			}
		}
	}
}

// TestMaster makes the device a port of a bridge: the kernel stops and does not begin again.
func TestMaster(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.enabled("t", "local_ip=fe80::a")
	b.says("free")
	b.A.Enslave("br0")
	b.shows(x, "enabled", "0")
	b.told("network logging stopped on interface eth0 as it is joining a master device")
	b.store(x, "enabled", "1", syscall.EBUSY)
	b.store(x, "dev_name", "br0", 0)
	b.store(x, "enabled", "1", 0)
	b.says("through the bridge")
	b.free()
	b.shows(x, "enabled", "0")
	b.told("network logging stopped on interface br0 as it released slaves")
	b.adds(x, 2, 0, 0, 0)

	b = newBench(t, netconsole.Helpful, nil)
	x = b.enabled("t", "local_ip=fe80::a")
	b.A.Enslave("br0")
	b.told("eth0 is a port of br0 now")
	b.says("as a port")
	b.free()
	b.told("eth0 is no port any more")
	b.says("free")
	b.shows(x, "enabled", "1")
	b.adds(x, 2, 0, 0, 0)
}

// TestNewMAC changes the device's address: the next frame has it (corpus case dev-newmac).
func TestNewMAC(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.enabled("t")
	b.says("old address")
	b.A.SetMAC(frame.MAC{2, 0, 0, 0, 0, 0x77})
	if from := b.says("new address"); from != "fe80::a 02:00:00:00:00:77" {
		t.Errorf("from %s", from)
	}
	b.shows(x, "local_mac", "02:00:00:00:00:77")
	b.adds(x, 2, 0, 0, 0)
}

// TestNewAddress takes the source address away. The kernel goes on with it; so does a target that it was given to.
func TestNewAddress(t *testing.T) {
	for _, c := range []struct {
		name   string
		policy netconsole.Policy
		attr   string
		want   string
	}{
		{"kernel", netconsole.Kernel, "remote_ip=192.0.2.9", "192.0.2.1"},
		{"given", netconsole.Helpful, "local_ip=192.0.2.1", "192.0.2.1"},
		{"chosen", netconsole.Helpful, "remote_ip=192.0.2.9", "192.0.2.2"},
	} {
		b := newBench(t, c.policy, nil)
		x := b.enabled("t", "remote_ip=192.0.2.9", c.attr)
		b.says("old")
		b.A.AddAddr("192.0.2.2/24")
		b.A.DelAddr("192.0.2.1/24") // and with it the second of the subnet
		b.A.Sysctl("net.ipv4.conf.eth0.promote_secondaries", "1")
		b.A.AddAddr("192.0.2.2/24")
		if c.name == "chosen" {
			b.told("the source address 192.0.2.1 is gone, sending from 192.0.2.2")
		}
		if from := b.says("new"); from != c.want+" 02:00:00:00:00:0a" {
			t.Errorf("%s: from %s", c.name, from)
		}
		b.shows(x, "local_ip", c.want)
		b.adds(x, 2, 0, 0, 0)
	}
}

// TestNoAddress: a target that has nothing to choose from waits for an address.
func TestNoAddress(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	b.A.DelAddr("192.0.2.1/24")
	x := b.made("t", "remote_ip=192.0.2.9")
	b.store(x, "enabled", "1", syscall.EDESTADDRREQ)
	b.A.AddAddr("198.51.100.1/24")
	b.becomes(x, netconsole.Enabled)
	if from := b.says("from it"); from != "198.51.100.1 02:00:00:00:00:0a" {
		t.Errorf("from %s", from)
	}
	b.adds(x, 1, 0, 0, 0)
}

// TestVanished: what was chosen is kept over switching off and on, but for the helpful policy only while it is there.
func TestVanished(t *testing.T) {
	for policy, want := range map[netconsole.Policy]string{netconsole.Kernel: "192.0.2.1", netconsole.Helpful: "198.51.100.1"} {
		b := newBench(t, policy, nil)
		x := b.enabled("t", "remote_ip=192.0.2.9")
		b.store(x, "enabled", "0", 0)
		b.A.AddAddr("198.51.100.1/24")
		b.A.DelAddr("192.0.2.1/24")
		b.store(x, "enabled", "1", 0)
		b.shows(x, "local_ip", want)
		b.says("text")
		b.store(x, "enabled", "0", 0)
		b.store(x, "local_ip", "192.0.2.1", 0) // given now
		b.store(x, "enabled", "1", 0)
		b.shows(x, "local_ip", "192.0.2.1")
		b.adds(x, 1, 0, 0, 0)
	}
}

// TestSticky: a device that comes back without the address that was chosen, or any, is sent from with that one; when it
// gets another, with the other.
func TestSticky(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	x := b.enabled("t", "remote_ip=192.0.2.9")
	b.store(x, "enabled", "0", 0)
	b.A.DelAddr("192.0.2.1/24")
	b.store(x, "enabled", "1", 0)
	if from := b.says("kept"); !strings.HasPrefix(from, "192.0.2.1 ") {
		t.Errorf("from %s", from)
	}
	b.A.AddAddr("198.51.100.1/24")
	b.told("sending from 198.51.100.1")
	if from := b.says("new"); !strings.HasPrefix(from, "198.51.100.1 ") {
		t.Errorf("from %s", from)
	}
	b.adds(x, 2, 0, 0, 0)
}

// TestClose: what a device that is away has not taken by the end is counted.
func TestClose(t *testing.T) {
	b := newBench(t, netconsole.Helpful, nil)
	x := b.enabled("t", "local_ip=fe80::a")
	y := b.made("y", "dev_name=nonesuch")
	b.store(y, "enabled", "1", syscall.ENODEV)
	b.A.SetDown()
	b.becomes(x, netconsole.Paused)
	b.log.write(6, "1", "2", "3", "4", "5")
	b.adds(x, 0, 0, 5, 0)
	b.adds(y, 0, 0, 0, 5)
	if s := x.Status(); s.State != netconsole.Disabled || s.Why != "netkmsg ends" {
		t.Errorf("%+v", s)
	}
}

// TestLogEnds: without a log there is nothing to be enabled for.
func TestLogEnds(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.enabled("t")
	b.says("last")
	b.log.end(syscall.EIO)
	s := b.becomes(x, netconsole.Disabled)
	if s.Why != "input/output error" {
		t.Errorf("because %s", s.Why)
	}
	b.told("network logging ended: input/output error")
	b.adds(x, 1, 0, 0, 0)
}

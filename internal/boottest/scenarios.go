package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A scenario boots a machine and says what came of it.
type scenario struct {
	name string
	run  func(k kernel, dir string) (string, error)
}

var scenarios = []scenario{
	{"bare", bareBoot},
	{"side-by-side", sideBySide},
	{"panic", afterPanic},
	{"devices", deviceTests},
	{"storm", realtimeStorm},
	{"kdump", kdump},
	{"initramfs-tools", hookedBoot(initramfsTools, notAsked)},
	{"dracut", hookedBoot(dracut, badLine)},
	{"dracut-shell", hookedBoot(dracutShell, badLine)},
	{"mkinitcpio", hookedBoot(mkinitcpio, notAsked)},
	{"disk", initOnDisk},
	{"units", units},
	{"real-time", realTime},
	{"whole-way", wholeWay},
}

// line is the target of all machines. Whether anybody has its address does not
// matter: the frames are looked at on the cable.
const line = "+@/eth0,@fe80::2/"

// bareBoot has nothing but our binary, modules and a real init: the whole log
// arrives, from the first record to the one that the real init makes.
func bareBoot(k kernel, dir string) (string, error) {
	f, err := programs(k, dir, card...)
	if err != nil {
		return "", err
	}
	got, err := watch(k, f, dir, "netkmsg="+line, func(got map[uint16][]string) bool {
		return has(got[6666], "boottest: done")
	})
	if err != nil {
		return "", err
	}
	n, err := whole(got[6666])
	if err == nil && !has(got[6666], "boottest: process 1 is the real init") {
		err = fmt.Errorf("the real init was not the first process")
	}
	return fmt.Sprintf("the whole log arrived, records 0 to %d without a gap, from a card without an address", n-1), err
}

// sideBySide has the kernel's netconsole send the same log to another port.
func sideBySide(k kernel, dir string) (string, error) {
	f, err := programs(k, dir, append([]string{"fs/configfs/configfs"}, card...)...)
	if err != nil {
		return "", err
	}
	f["netconsole.ko"] = filepath.Join(k.modules, "drivers/net/netconsole.ko")
	const theirs = "+6665@fe80::5054:ff:fe00:1/eth0,6667@fe80::2/"
	last := func(ps []string) bool { return has(ps, "boottest: done") }
	got, err := watch(k, f, dir, "loglevel=8 netkmsg="+line+" boottest=kernel boottest.line="+theirs,
		func(got map[uint16][]string) bool { return last(got[6666]) && last(got[6667]) })
	if err != nil {
		return "", err
	}
	ours, err := whole(got[6666])
	if err != nil {
		return "", err
	}
	n, err := same(got[6666], got[6667])
	if err == nil && n < 100 {
		err = fmt.Errorf("the kernel's netconsole sent %d records only", n)
	}
	return fmt.Sprintf("all %d records that the kernel's netconsole sent are the same bytes as ours; we sent %d", n, ours), err
}

// afterPanic crashes the machine once everything is in place. The next boot
// sends what ramoops kept in memory, each record marked, and then its own log.
func afterPanic(k kernel, dir string) (string, error) {
	f, err := programs(k, dir, append(slices.Clone(card), ramoops...)...)
	if err != nil {
		return "", err
	}
	const memory = "memmap=0x100000$0x1f000000 ramoops.mem_address=0x1f000000 ramoops.mem_size=0x100000 ramoops.record_size=0x40000"
	got, err := watch(k, f, dir, "panic=1 netkmsg="+line+" netkmsg.flags=--last-crash "+memory+" boottest=panic",
		func(got map[uint16][]string) bool { return has(got[6666], "boottest: done") })
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(got[6666], func(p string) bool { return strings.Contains(p, "netkmsg: log of the previous kernel (panic") })
	if i < 0 {
		return "", fmt.Errorf("the log of the panic did not arrive")
	}
	past := got[6666][i:]
	end := slices.IndexFunc(past, func(p string) bool { return !strings.Contains(p, " NETKMSG_ORIGIN=pstore dmesg-ramoops-0\n") })
	if end < 0 {
		return "", fmt.Errorf("the second boot's own log did not arrive")
	}
	past, second := past[:end], past[end:]
	for _, text := range []string{"boottest: about to crash", "sysrq: Trigger a crash", "Kernel panic - not syncing: sysrq triggered crash"} {
		if !has(past, text) {
			return "", fmt.Errorf("%q is missing in what the second boot sent of the first", text)
		}
	}
	n, err := whole(second)
	return fmt.Sprintf("the boot after it sent %d records of the crash, marked, and then its own log, records 0 to %d", len(past), n-1), err
}

// deviceTests runs the tests that need kinds of devices which few kernels have
// at hand.
func deviceTests(k kernel, dir string) (string, error) {
	f, err := programs(k, dir, append(slices.Clone(card), stacked...)...)
	if err != nil {
		return "", err
	}
	tests := filepath.Join(dir, "targets.test")
	if _, err := output("", "env", "CGO_ENABLED=0", "go", "test", "-tags", "boottest", "-c", "-o", tests, "netkmsg/internal/targets"); err != nil {
		return "", err
	}
	f["targets.test"] = tests
	for _, tool := range []string{"ip", "sleep"} {
		if err := f.tool(tool); err != nil {
			return "", err
		}
	}
	got, err := watch(k, f, dir, "netkmsg="+line+" boottest=devices", func(got map[uint16][]string) bool {
		return has(got[6666], "boottest: done")
	})
	if err != nil {
		return "", err
	}
	n := 0
	for _, p := range got[6666] {
		if strings.Contains(p, "boottest: PASS ") {
			n++
		}
	}
	if n < 6 {
		return "", fmt.Errorf("%d tests passed, want 6", n)
	}
	return fmt.Sprintf("%d tests on VLAN, macvlan, bonding and VRF devices passed", n), nil
}

// watch boots a machine until enough has come.
func watch(k kernel, f initramfs, dir, cmdline string, enough func(map[uint16][]string) bool, more ...string) (map[uint16][]string, error) {
	m, err := boot(k, f, dir, cmdline, more...)
	if err != nil {
		return nil, err
	}
	defer m.off()
	return m.wait(enough)
}

// programs packs the rescue binary and the guest, which it builds.
func programs(k kernel, dir string, modules ...string) (initramfs, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	guest := filepath.Join(dir, "guest")
	if _, err := output("", "env", "CGO_ENABLED=0", "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", guest, "netkmsg/internal/boottest/guest"); err != nil {
		return nil, err
	}
	return bare(k, rescue, guest, modules...), nil
}

package main

import (
	"fmt"
	"path/filepath"
	"time"
)

// diskLimit is for a boot of a whole distribution and its shutdown.
const diskLimit = 10 * time.Minute

// What a machine with a disk needs, each module after those that it needs, and
// what the network card needs besides.
var (
	storage = []string{
		"drivers/virtio/virtio_ring", "drivers/virtio/virtio", "drivers/virtio/virtio_pci_legacy_dev",
		"drivers/virtio/virtio_pci_modern_dev", "drivers/virtio/virtio_pci", "drivers/block/virtio_blk",
	}
	nic = []string{"net/core/failover", "drivers/net/net_failover", "drivers/net/virtio_net"}
)

// sparing is the kernel's command line of all these machines: they do without
// what takes time here, and the console shows what the programs say.
const sparing = "systemd.mask=getty.target systemd.mask=timers.target systemd.show_status=no " +
	"systemd.default_standard_error=journal+console systemd.log_target=kmsg "

// Where units and programs lie, and where they go.
const (
	packaging = "packaging/systemd"
	scripts   = "internal/boottest/debian"
	system    = "usr/lib/systemd/system"
	lib       = "usr/lib/boottest"
)

// distribution is a disk with the programs named, which run when the system is
// up and after that.
func distribution(main, end string) disk {
	d := disk{text: map[string]string{}, files: map[string]string{
		lib + "/main":   filepath.Join(scripts, main),
		lib + "/end":    filepath.Join(scripts, end),
		lib + "/count":  filepath.Join(scripts, "count"),
		lib + "/lib.sh": filepath.Join(scripts, "lib.sh"),
	}}
	d.units(scripts+"/units/boottest.service", scripts+"/units/boottest-end.service", scripts+"/units/boottest-late.service")
	d.enable = []string{"boottest.service", "boottest-end.service", "boottest-late.service"}
	return d
}

// packaged is such a disk with the everyday command and its units, some of them
// enabled.
func packaged(main, end string, enable ...string) disk {
	d := distribution(main, end)
	services, _ := filepath.Glob(packaging + "/*.service") // the pattern is good
	sockets, _ := filepath.Glob(packaging + "/*.socket")
	d.units(append(services, sockets...)...)
	d.units(scripts+"/units/boottest-link.service", scripts+"/units/srv.mount")
	d.enable = append(append(d.enable, "boottest-link.service", "srv.mount"), enable...)
	d.files["usr/bin/netkmsg"] = command
	return d
}

func (d disk) units(paths ...string) {
	for _, path := range paths {
		d.files[filepath.Join(system, filepath.Base(path))] = path
	}
}

// onDisk boots a machine from its disk, beside which it has a second one, and
// returns what it has sent when it has gone off.
func onDisk(k kernel, dir string, d disk, modules []string, cmdline string) (map[uint16][]string, error) {
	built, err := programs(k, dir)
	if err != nil {
		return nil, err
	}
	drives, err := d.drives(dir)
	if err != nil {
		return nil, err
	}
	f := initramfs{"init": built["sbin/init"]}
	for i, m := range modules {
		f[fmt.Sprintf("modules/%02d-%s.ko", i, filepath.Base(m))] = filepath.Join(k.modules, m+".ko")
	}
	m, err := boot(k, f, dir, sparing+cmdline, drives...)
	if err != nil {
		return nil, err
	}
	return m.untilGone()
}

// drives are the emulator's arguments for a machine with a Debian, this on it,
// and a second disk.
func (d disk) drives(dir string) ([]string, error) {
	base, err := findRoot(filepath.Dir(dir))
	if err != nil {
		return nil, err
	}
	image, err := d.write(base, dir)
	if err != nil {
		return nil, err
	}
	second := filepath.Join(dir, "second.img")
	if _, err := output("", "mke2fs", "-q", "-F", "-t", "ext4", second, "8M"); err != nil {
		return nil, err
	}
	const drive = "if=virtio,format=raw,file="
	return []string{"-no-reboot", "-drive", drive + image, "-drive", drive + second}, nil
}

// untilGone returns what a machine has sent when it has gone off.
func (m *machine) untilGone() (map[uint16][]string, error) {
	defer m.off()
	select {
	case err := <-m.done:
		m.done <- nil
		if err != nil {
			return nil, fmt.Errorf("the emulator: %w (the console is in %s)", err, m.console)
		}
		return m.payloads()
	case <-time.After(diskLimit):
		return nil, fmt.Errorf("the machine has not gone off after %v (the console is in %s, the frames in %s)", diskLimit, m.console, m.capture)
	}
}

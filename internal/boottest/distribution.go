package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// initOnDisk has the rescue binary as the first process on the root of a real
// Debian, which its initramfs hands over to, with systemd as the real init. The
// log arrives from the first record to the last one of the shutdown.
func initOnDisk(k kernel, dir string) (string, error) {
	d := distribution("up", "poweroff")
	d.files["usr/bin/netkmsg-rescue"] = rescue
	for _, m := range nic {
		d.files["netkmsg.d/"+filepath.Base(m)+".ko"] = filepath.Join(k.modules, m+".ko")
	}
	got, err := onDisk(k, dir, d, storage, "init=/usr/bin/netkmsg-rescue netkmsg="+line+" -- /sbin/init")
	if err != nil {
		return "", err
	}
	n, err := untilOff(got[6666], "boottest: a unit of multi-user.target", "(netkmsg-rescue) has been marked to be excluded from killing",
		"Unmounting file systems.")
	return fmt.Sprintf("init= on a Debian's disk: records 0 to %d without a gap; the last is %s", n-1, text(got[6666])), err
}

// units has netkmsg's own units on a real Debian, with a card that something
// else brings up: the sender from the early boot to the end of the shutdown, the
// receiver, the tree of targets and the log of the last crash.
func units(k kernel, dir string) (string, error) {
	d := packaged("services", "poweroff", "netkmsg-send.service", "netkmsg-listen.socket", "netkmsg-last-crash.service")
	d.text["etc/default/netkmsg"] = "NETKMSG_CONFIG=" + line + "\n"
	d.text["var/crash/202611250312/dmesg.202611250312"] = "[    1.000000] boottest: the previous kernel\n"
	got, err := onDisk(k, dir, d, append(slices.Concat(storage, nic), "drivers/net/veth", "fs/fuse/fuse"), "")
	if err != nil {
		return "", err
	}
	own, crash := origins(got[6666])
	n, err := untilOff(own, "boottest: all services are in order", "EXT4-fs (vdb): unmounting filesystem", "Unmounting file systems.")
	if err == nil {
		err = all(crash, "boottest: the previous kernel")
	}
	if err == nil {
		err = all(got[6668], "boottest: for the tree 1\n", "boottest: for the tree 2\n")
	}
	if err == nil && !slices.ContainsFunc(got[6668], traced) {
		err = fmt.Errorf("no record that the tree sent after its restart tells its processor")
	}
	for _, p := range own {
		if _, level, ok := strings.Cut(p, "boottest: exposure level for "); ok {
			fmt.Print("  systemd-analyze security: ", level)
		}
	}
	return fmt.Sprintf("every unit did its work on a Debian; the sender's sent records 0 to %d without a gap; the last is %s", n-1, text(own)), err
}

// traced reports whether a record has what the printk tracepoint tells of it,
// which a slow machine may tell too late for some.
func traced(p string) bool {
	return strings.Contains(p, "boottest: traced ") && strings.Contains(p, "\n cpu=0\n")
}

// realTime has the sender's unit with the drop-in for --realtime.
func realTime(k kernel, dir string) (string, error) {
	d := packaged("realtime", "reboot", "netkmsg-send.service")
	d.files["etc/systemd/system/netkmsg-send.service.d/realtime.conf"] = packaging + "/netkmsg-send.service.d/realtime.conf.example"
	d.text["etc/default/netkmsg"] = "NETKMSG_CONFIG=" + line + "\nNETKMSG_FLAGS=--realtime\n"
	got, err := onDisk(k, dir, d, slices.Concat(storage, nic), "")
	if err != nil {
		return "", err
	}
	n, err := untilOff(got[6666], "boottest: in real time", "Unmounting file systems.")
	return fmt.Sprintf("with --realtime on a Debian: records 0 to %d without a gap; the last is %s", n-1, text(got[6666])), err
}

// wholeWay has all that the packages bring, on a real Debian: the hook's
// initramfs, whose sender brings the card up, the unit that takes over from it,
// and the shutdown.
func wholeWay(k kernel, dir string) (string, error) {
	d := packaged("up", "poweroff", "netkmsg-send.service")
	d.files["usr/bin/netkmsg-rescue"] = rescue
	d.text["etc/default/netkmsg"] = "NETKMSG_CONFIG=" + line + "\nNETKMSG_FLAGS=\"--userdata sender=system\"\n"
	drives, err := d.drives(dir)
	if err != nil {
		return "", err
	}
	image := filepath.Join(dir, "initrd.img")
	if err := initramfsTools.image(sandbox{dir, k}, rescue, image); err != nil {
		return "", err
	}
	m, err := bootArchive(k, image, dir, sparing+rootOnDisk+"netkmsg="+line, drives...)
	if err != nil {
		return "", err
	}
	got, err := m.untilGone()
	if err != nil {
		return "", err
	}
	n, err := untilOff(got[6666], "boottest: a unit of multi-user.target", "Unmounting file systems.")
	if err != nil {
		return "", err
	}
	first, err := takenOver(got[6666])
	return fmt.Sprintf("a Debian from its initramfs to power-off: records 0 to %d without a gap, those from %d on from the unit; the last is %s",
		n-1, first, text(got[6666])), err
}

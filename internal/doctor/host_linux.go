package doctor

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// GatherHost finds out what does not depend on the target.
func GatherHost() Host {
	h := Host{DmesgRestrict: isSet("/proc/sys/kernel/dmesg_restrict", '1'), IgnoreLogLevel: isSet("/sys/module/printk/parameters/ignore_loglevel", 'Y')}
	hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var caps [2]unix.CapUserData
	if unix.Capget(&hdr, &caps[0]) == nil {
		has := func(c uint) bool { return caps[c/32].Effective&(1<<(c%32)) != 0 }
		h.NetRaw, h.NetAdmin, h.Syslog = has(unix.CAP_NET_RAW), has(unix.CAP_NET_ADMIN), has(unix.CAP_SYSLOG)
	}
	k, err := os.OpenFile("/dev/kmsg", os.O_RDONLY|unix.O_NONBLOCK, 0)
	if h.KmsgErr = err; err == nil {
		k.Close()
	}
	if b, err := os.ReadFile("/proc/sys/kernel/printk"); err == nil {
		level, _, _ := strings.Cut(string(b), "\t")
		h.ConsoleLevel, _ = strconv.Atoi(level)
	}
	return h
}

func isSet(path string, set byte) bool {
	b, err := os.ReadFile(path)
	return err == nil && bytes.HasPrefix(b, []byte{set})
}

// driver asks the device's driver for its name, in the thread's network namespace, which /sys may not be of.
func driver(dev string) string {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	info, err := unix.IoctlGetEthtoolDrvinfo(fd, dev)
	if err != nil {
		return ""
	}
	return unix.ByteSliceToString(info.Driver[:])
}

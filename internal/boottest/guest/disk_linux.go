package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/internal/netconsole"
)

// onDisk reports whether this program is the initramfs's first process, and
// the real init on a disk.
func onDisk(args []string) bool { return args[0] == "/init" }

// handOver does as Debian's initramfs does: it loads modules, mounts the root
// and runs the real init there, with a PATH that the kernel has not given. It
// returns only if something failed.
func handOver(args []string) error {
	for _, m := range []struct{ kind, at string }{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}} {
		_ = os.Mkdir(m.at, 0o755)
		if err := unix.Mount(m.kind, m.at, m.kind, 0, ""); err != nil && err != unix.EBUSY {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	modules, _ := filepath.Glob("/modules/*.ko") // the pattern is good
	for _, path := range modules {               // in order
		if err := load(path, ""); err != nil {
			return err
		}
	}
	const root = "/root"
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	if err := mountDisk(root); err != nil {
		return fmt.Errorf("mount /dev/vda: %w", err)
	}
	for _, at := range []string{"/proc", "/sys", "/dev"} {
		if err := unix.Mount(at, root+at, "", unix.MS_MOVE, ""); err != nil {
			return fmt.Errorf("move %s: %w", at, err)
		}
	}
	cmdline, err := os.ReadFile(root + "/proc/cmdline")
	if err != nil {
		return err
	}
	init, _ := netconsole.Param(string(cmdline), "init")
	if init == "" {
		init = "/sbin/init"
	}
	if err := errors.Join(os.Chdir(root), unix.Mount(".", "/", "", unix.MS_MOVE, ""), unix.Chroot(".")); err != nil {
		return fmt.Errorf("make the disk the root: %w", err)
	}
	return fmt.Errorf("run %s: %w", init, unix.Exec(init, append([]string{init}, args...),
		append(os.Environ(), "PATH=/sbin:/usr/sbin:/bin:/usr/bin")))
}

func mountDisk(at string) error {
	for {
		err := unix.Mount("/dev/vda", at, "ext4", unix.MS_RDONLY, "")
		if err != unix.ENOENT {
			return err
		}
		time.Sleep(10 * time.Millisecond) // the disk takes its time
	}
}

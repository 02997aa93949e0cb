package pid1

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A mount is a file system of the kernel's own.
type mount struct {
	kind, at string
	probe    string // there if it is mounted already; nothing: its type tells
	need     string // what is missing without it
}

var mounts = []mount{
	{"devtmpfs", "/dev", "kmsg", "the log is read all the same where the kernel is 5.2 or newer"},
	{"proc", "/proc", "self", "the kernel's command line cannot be read"},
	{"sysfs", "/sys", "kernel", "time stamps are sent whether printk.time is on or off"},
	{"pstore", "/sys/fs/pstore", "", "a log of the last crash cannot be read there"},
}

// mountAll mounts what is not there below root, / but for tests, and leaves
// it for who comes next.
func mountAll(root string, say func(error)) {
	for _, m := range mounts {
		at := filepath.Join(root, m.at)
		if m.mounted(at) {
			continue
		}
		err := os.Mkdir(at, 0o755)
		if err == nil || errors.Is(err, os.ErrExist) {
			err = unix.Mount(m.kind, at, m.kind, unix.MS_NOSUID|unix.MS_NOEXEC, "")
		}
		if err != nil {
			say(fmt.Errorf("mount %s on %s: %w (%s)", m.kind, at, err, m.need))
		}
	}
}

func (m mount) mounted(at string) bool {
	if m.probe == "" {
		var st unix.Statfs_t
		return unix.Statfs(at, &st) == nil && st.Type == unix.PSTOREFS_MAGIC
	}
	_, err := os.Lstat(filepath.Join(at, m.probe))
	return err == nil
}

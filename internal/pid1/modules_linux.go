package pid1

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// modules is where the kernel modules lie that an initramfs without modprobe
// needs for its network device: .ko, or .ko.xz, .ko.zst, .ko.gz, which the
// kernel unpacks since Linux 5.17.
const modules = "/netkmsg.d"

// loadAll loads the modules in dir; without that there are none to load. One
// that needs another is tried again after it.
func loadAll(dir, cmdline string, say func(error)) {
	entries, _ := os.ReadDir(dir)
	var paths []string
	for _, e := range entries {
		if strings.Contains(e.Name(), ".ko") {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	for n := 0; n != len(paths); {
		n = len(paths)
		paths = slices.DeleteFunc(paths, func(path string) bool {
			err := load(path, moduleParams(cmdline, path))
			if err != nil && !errors.Is(err, unix.EEXIST) && !errors.Is(err, unix.ENOENT) {
				say(fmt.Errorf("load module %s: %w", path, err))
			}
			return !errors.Is(err, unix.ENOENT)
		})
	}
	for _, path := range paths {
		say(fmt.Errorf("load module %s: it needs symbols of a module that is not there", path))
	}
}

func load(path, params string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	flags := 0
	if !strings.HasSuffix(path, ".ko") { // .ko.xz, .ko.zst, .ko.gz: the kernel unpacks them (Linux 5.17)
		flags = unix.MODULE_INIT_COMPRESSED_FILE
	}
	return unix.FinitModule(int(f.Fd()), params, flags)
}

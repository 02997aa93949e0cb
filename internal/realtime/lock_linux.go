package realtime

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// lock has what is mapped read and locked at once, and what will be.
//
// Go's runtime has an index of its heap that is nearly all room, 32 MiB of
// which a page is used. Of so large a mapping the parts in use are locked, and
// others when they are used.
func lock() error {
	err := unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT)
	if err == unix.EINVAL { // before Linux 4.4
		return unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE)
	}
	if err != nil {
		return err
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil { // without /proc
		return unix.Mlockall(unix.MCL_CURRENT | future)
	}
	for _, m := range readable(string(maps)) {
		for _, p := range m.used(inMemory) {
			if _, _, no := unix.Syscall(unix.SYS_MLOCK, p.start, p.end-p.start, 0); no != 0 {
				return no
			}
		}
	}
	return unix.Mlockall(future)
}

// inMemory reports whether anything of a part is in memory.
func inMemory(p mapping) bool {
	var pages [part / 4096]byte // the least size of a page
	if _, _, no := unix.Syscall(unix.SYS_MINCORE, p.start, p.end-p.start, uintptr(unsafe.Pointer(&pages[0]))); no != 0 {
		return true // rather too much
	}
	for _, b := range pages {
		if b&1 != 0 {
			return true
		}
	}
	return false
}

package configfs

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

const (
	fsType    = "netkmsg"
	mountType = "fuse." + fsType
)

// mountedAt returns the type of the file system on top of a mount point, as /proc/self/mountinfo (proc_pid_mountinfo(5))
// has it; "" if none is mounted there.
func mountedAt(mountinfo io.Reader, dir string) (fstype string, err error) {
	s := bufio.NewScanner(mountinfo)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		before, after, ok := strings.Cut(s.Text(), " - ")
		f := strings.Fields(before)
		g := strings.Fields(after)
		if ok && len(f) > 4 && len(g) > 0 && unescape(f[4]) == dir {
			fstype = g[0] // a later line lies on top of an earlier one
		}
	}
	return fstype, s.Err()
}

// unescape undoes the kernel's \ooo for blanks and backslashes.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

package configfs

import (
	"strings"
	"testing"
)

func TestMountedAt(t *testing.T) {
	const info = `22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:27 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,mode=755
91 30 0:50 / /run/netkmsg rw,nosuid,nodev - fuse.netkmsg netkmsg rw,user_id=0
92 22 0:51 / /a\040b\134c rw - fuse.netkmsg netkmsg rw
93 91 0:52 / /run/over rw - fuse.netkmsg netkmsg rw
94 93 0:53 / /run/over rw - tmpfs x rw
short line
`
	for dir, want := range map[string]string{
		"/": "ext4", "/run": "tmpfs", "/run/netkmsg": "fuse.netkmsg", `/a b\c`: "fuse.netkmsg", "/run/over": "tmpfs", "/x": "",
	} {
		if got, err := mountedAt(strings.NewReader(info), dir); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", dir, got, err, want)
		}
	}
}

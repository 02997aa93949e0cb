package cli_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestBareSystem sends the log of a system whose /dev, /sys and /proc are
// empty, as they are early in a boot.
func TestBareSystem(t *testing.T) {
	ids, err := os.ReadFile("/proc/self/uid_map")
	must(t, err)
	frametest.Require(t, slices.Equal(strings.Fields(string(ids)), []string{"0", "0", "4294967295"}) && os.Geteuid() == 0, "root on the machine itself, to open the log where /dev is empty")
	p := frametest.NewPair(t)
	c := p.B.Capture(t)
	cmd := prepare(t, p.A, "netkmsg-rescue", "--log-format", "json", "--no-follow", toB)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const hide = `for d in dev sys proc; do mount -t tmpfs none /$d || exit 9; done; exec "$0" "$@"`
	cmd.Path = frametest.RequireTool(t, "unshare")
	cmd.Args = append([]string{"unshare", "-m", "sh", "-c", hide, self}, cmd.Args[1:]...)
	cmd.run(0)
	a := cmd.account("cmdline0")
	if a.Read == 0 || a.Read != a.Sent {
		t.Errorf("%+v", a)
	}
	arrive(t, c, a.Frames)
	noMore(t, c)
}

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/internal/printktrace"
)

// TestMountOrigins has a shell under another name write to this kernel's log:
// the records say on which processor and by which task, and after the features
// are switched off they do not.
func TestMountOrigins(t *testing.T) {
	w, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	frametest.Require(t, err == nil, "writing to /dev/kmsg")
	w.Close()
	var o printktrace.Origins
	err = o.Start()
	frametest.Require(t, err == nil, fmt.Sprintf("the printk tracepoint: %v", err))
	must(t, o.Close())

	p := frametest.NewPair(t)
	to := p.B.Capture(t)
	c, dir := mountAt(t, p.A)
	c.Args[5] = "/dev/kmsg"
	c.start().says("the tree is ready")
	target := filepath.Join(dir, "t")
	must(t, os.Mkdir(target, 0))
	must(t, p.A.Do(func() error {
		for _, s := range []string{"remote_ip=fe80::b", "extended=1", "userdata/cpu_nr_enabled=1", "userdata/taskname_enabled=1", "enabled=1"} {
			file, value, _ := strings.Cut(s, "=")
			echo(t, value, target, file)
		}
		return nil
	}))
	teller := filepath.Join(t.TempDir(), "netkmsg-teller")
	must(t, os.Symlink(frametest.RequireTool(t, "sh"), teller))
	says := func(text string) string {
		t.Helper()
		must(t, p.A.Command(teller, "-c", `echo "<7>$0" >/dev/kmsg`, text).Run())
		got, err := to.Wait(limit, func(p frametest.Packet) bool { return strings.Contains(string(p.Data), text) })
		must(t, err)
		_, dict, _ := strings.Cut(string(got.Data), text+"\n")
		return dict
	}
	text := fmt.Sprintf("netkmsg: test of sysdata, process %d", os.Getpid())
	if got := says(text); !strings.HasPrefix(got, " cpu=") || !strings.HasSuffix(got, "\n taskname=netkmsg-teller\n") {
		t.Errorf("with both features: %q", got)
	}
	echo(t, "0", target, "userdata/cpu_nr_enabled")
	if got := says(text + ", no processor"); got != " taskname=netkmsg-teller\n" {
		t.Errorf("with the task's name: %q", got)
	}
	echo(t, "0", target, "userdata/taskname_enabled")
	if got := says(text + ", nothing"); got != "" {
		t.Errorf("without: %q", got)
	}
	must(t, c.Process.Signal(syscall.SIGTERM))
	c.ends(0)
}

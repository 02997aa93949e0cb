package printktrace

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
	"netkmsg/kmsg"
)

// TestLive has a shell under another name write to this kernel's log.
func TestLive(t *testing.T) {
	d, err := kmsg.OpenDevice("/dev/kmsg", kmsg.New)
	frametest.Require(t, err == nil, "reading /dev/kmsg")
	defer d.Close()
	w, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	frametest.Require(t, err == nil, "writing to /dev/kmsg")
	w.Close()
	var o Origins
	err = o.Start()
	frametest.Require(t, err == nil, fmt.Sprintf("the printk tracepoint: %v", err))
	name := filepath.Join(t.TempDir(), "netkmsg-teller")
	if err := os.Symlink(frametest.RequireTool(t, "sh"), name); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		text := fmt.Sprintf("netkmsg: test of origins, process %d, line %d", os.Getpid(), i)
		if out, err := exec.Command(name, "-c", `echo "<7>$0" >/dev/kmsg`, text).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for {
			r, err := d.Next()
			if err != nil {
				t.Fatal(err)
			}
			if string(r.Text) != text {
				continue
			}
			cpu, task, ok := o.Lookup(r)
			if !ok || task != "netkmsg-teller" || cpu < 0 {
				t.Errorf("line %d: %d %q %v", i, cpu, task, ok)
			}
			break
		}
	}
	dir := o.trace.(*trace).dir
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", strings.TrimPrefix(dir, "/proc/self/"), err)
	}
}

package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

const inRealtime = `"msg":"locked in memory, with real-time priority, spared when memory is short"`

// startRealtime starts the rescue binary as it is delivered: the race detector
// would have its own faults and threads.
func startRealtime(t *testing.T, p *frametest.Pair) *fed {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "netkmsg-rescue")
	build := exec.Command(frametest.RequireTool(t, "go"), "build", "-o", bin, "netkmsg/cmd/netkmsg-rescue")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	frametest.Require(t, err == nil, "go build with this module's sources and its modules: "+string(out))
	c := &command{Cmd: p.A.Command(bin, "--log-format", "json", "--realtime", "--from", "-", toB), t: t, diag: &diary{more: make(chan struct{})}}
	c.Stderr = c.diag
	f := &fed{command: c, p: p, c: p.B.Capture(t)}
	f.pipe = f.feed()
	f.start()
	t.Cleanup(func() { f.Process.Kill() })
	f.says(started)
	return f
}

// proc reads a file about the command.
func (c *command) proc(name string) string {
	c.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.Process.Pid, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

// stat returns a number of /proc/PID/stat, counted as proc_pid_stat(5) does.
func stat(t *testing.T, line string, field int) int {
	t.Helper()
	fs := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
	n, err := strconv.Atoi(fs[field-3])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRealtime has two processes that want all of both cores, and no page fault
// in thousands of records.
func TestRealtime(t *testing.T) {
	p := frametest.NewPair(t)
	f := startRealtime(t, p)
	said := f.diag.String()
	frametest.Require(t, !strings.Contains(said, `"lock in memory`) && !strings.Contains(said, `"set real-time`),
		"CAP_IPC_LOCK and CAP_SYS_NICE of the machine: "+said)
	spared := strings.TrimSpace(f.proc("oom_score_adj")) == "-1000"
	if spared != strings.Contains(said, inRealtime) || spared == strings.Contains(said, `"set oom_score_adj`) {
		t.Errorf("spared %v, but it says\n%s", spared, said)
	}
	if strings.Contains(f.proc("status"), "VmLck:\t       0 kB") {
		t.Error("nothing is locked in memory")
	}
	_, resident, _ := strings.Cut(f.proc("status"), "VmRSS:")
	var kB int
	if _, err := fmt.Sscan(resident, &kB); err != nil || kB >= 32<<10 { // the size of the heap's index alone
		t.Errorf("%d kB are resident: %v", kB, err)
	}
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", f.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if n := stat(t, f.proc("task/"+task.Name()+"/stat"), 41); n != unix.SCHED_FIFO {
			t.Errorf("thread %s has the scheduling policy %d", task.Name(), n)
		}
	}
	for range 2 {
		hog := exec.Command("/bin/sh", "-c", "while :; do :; done")
		if err := hog.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { hog.Process.Kill(); hog.Wait() }()
	}
	const step = 100 // few enough for the capture's buffer
	send := func(n int) {
		for range n / step {
			f.more(step)
			f.arrives(step)
		}
	}
	send(step) // what the first ones make is there then
	before := f.proc("stat")
	send(4000)
	after := f.proc("stat")
	for field, name := range map[int]string{10: "minor", 12: "major"} {
		if n := stat(t, after, field) - stat(t, before, field); n != 0 {
			t.Errorf("%d %s page faults", n, name)
		}
	}
	if a := f.close(0); a.Sent != f.fed {
		t.Errorf("%+v", a)
	}
}

// TestRealtimeOrdinary is told what it may not do, and sends all the same.
func TestRealtimeOrdinary(t *testing.T) {
	p := frametest.NewPair(t)
	c := netkmsg(t, p.A, "--realtime", "--from", "-", toB).with(unix.CAP_NET_RAW).fromFile(file(t, records(0, 10))).run(0)
	c.says(`"msg":"--realtime: not all of it is allowed; going on"`)
	c.says("set oom_score_adj: permission denied: the kernel may end this process to get memory (needs /proc and CAP_SYS_RESOURCE: run as root)")
	if a := c.account("cmdline0"); a.Sent != 10 {
		t.Errorf("%+v", a)
	}
}

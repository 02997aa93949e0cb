package cli_test

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
	"netkmsg/internal/configfs"
)

// mountAt prepares netkmsg mount on a new directory, with a log that has no records.
func mountAt(t *testing.T, e *frametest.End, args ...string) (c *command, dir string) {
	t.Helper()
	requireFUSE(t)
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "tree")
	c = prepare(t, e, "netkmsg", append([]string{"mount", "--log-format", "json", "--from", log, dir}, args...)...)
	return c, dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func echo(t *testing.T, text string, path ...string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(path...), os.O_WRONLY|os.O_TRUNC, 0)
	must(t, err)
	_, err = unix.Write(int(f.Fd()), []byte(text))
	must(t, err)
	must(t, f.Close())
}

// TestMountCommand serves a tree, saves it, ends, and restores it elsewhere.
func TestMountCommand(t *testing.T) {
	p := frametest.NewPair(t)
	c, dir := mountAt(t, p.A)
	c.start().says("the tree is ready")
	must(t, os.Mkdir(dir+"/web", 0))
	echo(t, "veth9\n", dir, "web/dev_name")
	echo(t, "192.0.2.9\n", dir, "web/remote_ip")
	must(t, os.Mkdir(dir+"/web/userdata/k", 0))
	echo(t, "a \xff\n", dir, "web/userdata/k/value")

	status, out, diag := run("", "status", dir)
	if status != 0 || diag != "" || !strings.Contains(out, "web     disabled  veth9") {
		t.Errorf("status: %d, %s%s", status, out, diag)
	}
	status, out, diag = run("", "status", "--json", dir)
	var s configfs.Status
	if err := json.Unmarshal([]byte(out), &s); err != nil || status != 0 || len(s.Targets) != 1 || s.PID != c.Process.Pid {
		t.Errorf("status --json: %d, %v, %s%s", status, err, out, diag)
	}
	second, _ := mountAt(t, p.A, "@/eth0,@fe80::2/")
	second.Args[6] = dir
	second.run(1)
	if !strings.Contains(second.diag.String(), "a running netkmsg mount serves it; stop that one") {
		t.Errorf("a second one: %s", second.diag)
	}

	status, saved, diag := run("", "save", dir)
	if status != 0 || diag != "" || !strings.Contains(saved, `  userdata/k/value "a \xff"`+"\n") {
		t.Errorf("save: %d, %s%s", status, saved, diag)
	}
	c.Process.Signal(syscall.SIGTERM)
	c.ends(0)
	if status, _, diag = run("", "status", dir); status != 1 || !strings.Contains(diag, "no netkmsg mount serves it") {
		t.Errorf("status of nothing: %d, %s", status, diag)
	}

	file := filepath.Join(t.TempDir(), "saved")
	must(t, os.WriteFile(file, []byte(saved), 0o600))
	c, dir = mountAt(t, p.A, "--restore", file)
	c.start().says("the tree is ready")
	if _, again, _ := run("", "save", dir); again != saved {
		t.Errorf("restored\n%s\ninstead of\n%s", again, saved)
	}
	c.Process.Kill()
	c.Wait()
	if status, _, diag = run("", "save", dir); status != 1 || !strings.Contains(diag, "the netkmsg mount that served it was killed") {
		t.Errorf("save of the dead: %d, %s", status, diag)
	}
	must(t, unix.Unmount(dir, unix.MNT_DETACH))
}

// TestMountEnds has the tree unmounted by somebody else.
func TestMountEnds(t *testing.T) {
	p := frametest.NewPair(t)
	c, dir := mountAt(t, p.A)
	c.start().says("the tree is ready")
	must(t, unix.Unmount(dir, 0))
	c.ends(0).says("the tree was unmounted")
}

// TestMountNotifies talks to the service manager.
func TestMountNotifies(t *testing.T) {
	p := frametest.NewPair(t)
	path := filepath.Join(t.TempDir(), "notify")
	s, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	must(t, err)
	defer s.Close()
	c, _ := mountAt(t, p.A, "--daemon-ready")
	c.Env = append(c.Env, "NOTIFY_SOCKET="+path)
	c.start()
	b := make([]byte, 100)
	for _, want := range []string{"READY=1", "STOPPING=1"} {
		n, err := s.Read(b)
		if string(b[:n]) != want {
			t.Fatalf("%q, %v, want %s", b[:n], err, want)
		}
		if want == "READY=1" {
			c.Process.Signal(syscall.SIGINT)
		}
	}
	c.ends(0)
}

// TestMountWithoutFUSE hides /dev/fuse.
func TestMountWithoutFUSE(t *testing.T) {
	p := frametest.NewPair(t)
	c, dir := mountAt(t, p.A)
	c.Path = frametest.RequireTool(t, "unshare")
	self, err := os.Executable()
	must(t, err)
	c.Args = append([]string{"unshare", "-m", "sh", "-c", `mount -t tmpfs none /dev && exec "$0" "$@"`, self}, c.Args[1:]...)
	c.run(1)
	const want = "netkmsg: open /dev/fuse: no such file or directory (load the module: modprobe fuse; a container needs " +
		"--device /dev/fuse); without it, netkmsg send still serves targets that do not change\n"
	if c.diag.String() != want {
		t.Errorf("%s", c.diag)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the directory was made: %v", err)
	}
}

// TestMountSends has a process of another namespace than the daemon's enable a target: it sends there. A state file brings
// it back after a kill, and the end of the daemon sends what is left.
func TestMountSends(t *testing.T) {
	p := frametest.NewPair(t)
	p.A.AddAddr("192.0.2.1/24")
	heard := p.B.Capture(t)
	state := filepath.Join(t.TempDir(), "state")
	c, dir := mountAt(t, p.B, "--state", state)
	c.Args[5] = "-"
	log := c.feed()
	c.start().says("the tree is ready")
	must(t, os.Mkdir(dir+"/web", 0))
	echo(t, p.A.Name(), dir, "web/dev_name")
	echo(t, "192.0.2.9", dir, "web/remote_ip")
	echo(t, "1", dir, "web/extended")
	must(t, p.A.Do(func() error { return enable(dir + "/web") }))
	show := func(file, want string) {
		t.Helper()
		if b, err := os.ReadFile(filepath.Join(dir, "web", file)); string(b) != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", file, b, err, want)
		}
	}
	show("local_mac", p.A.MAC().String()+"\n")
	show("local_ip", "192.0.2.1\n")
	_, err := log.WriteString(records(0, 3))
	must(t, err)
	if diff := cmp.Diff([]string{record(0), record(1), record(2)}, arrive(t, heard, 3)); diff != "" {
		t.Error(diff)
	}
	_, err = log.WriteString(records(3, 500))
	must(t, err)
	c.Process.Signal(syscall.SIGTERM)
	c.ends(0)
	if a := c.account("web"); a.Sent+a.Lost != a.Read || a.Read < 3 {
		t.Errorf("account: %+v", a)
	}
	b, err := os.ReadFile(state)
	if !strings.Contains(string(b), "  local_ip 192.0.2.1 automatic\n") || !strings.Contains(string(b), "  enabled 1\n") {
		t.Errorf("the state: %s, %v", b, err)
	}
}

func enable(target string) error {
	f, err := os.OpenFile(target+"/enabled", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = unix.Write(int(f.Fd()), []byte("1"))
	return err
}

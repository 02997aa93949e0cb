package configfs

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/targets"
	"netkmsg/kmsg"
)

// asDaemon names the directory that the test binary is to serve, with its state in a file beside it.
const asDaemon = "CONFIGFS_TEST_DAEMON"

// A silentLog has no records.
type silentLog struct{ closed chan struct{} }

func (s silentLog) Next() (kmsg.Record, error)          { <-s.closed; return kmsg.Record{}, io.EOF }
func (s silentLog) TryNext() (kmsg.Record, bool, error) { return kmsg.Record{}, false, nil }
func (s silentLog) Close() error                        { return nil }

func silentOptions(log *slog.Logger) targets.Options {
	return targets.Options{
		Log:    log,
		Source: func() (kmsg.Source, error) { return silentLog{make(chan struct{})}, nil },
	}
}

func daemonMain(dir string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	o := silentOptions(log)
	o.Policy = netconsole.Kernel
	err := Daemon{
		Dir:   dir,
		State: dir + ".state",
		Log:   log,
		Set:   targets.New(o),
		Ready: func(string) error { fmt.Println("ready"); return nil },
	}.Run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// startDaemon returns when the tree is served.
func startDaemon(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	untilReady(t, cmd, cmd, dir)
	return cmd
}

type starter interface {
	StdoutPipe() (io.ReadCloser, error)
	Start() error
	Wait() error
}

// untilReady starts the daemon by run, which is cmd or wraps it.
func untilReady(t *testing.T, run starter, cmd *exec.Cmd, dir string) {
	t.Helper()
	cmd.Env = append(os.Environ(), asDaemon+"="+dir, "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = t.Output()
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); run.Wait() })
	if s, err := bufio.NewReader(out).ReadString('\n'); s != "ready\n" {
		t.Fatalf("the daemon says %q, %v: %v", s, err, run.Wait())
	}
}

func endDaemon(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestDaemonRestores begins with targets of which some cannot be enabled. All are made, in their order; what could not be
// enabled is still to be at the next start, until somebody says otherwise.
func TestDaemonRestores(t *testing.T) {
	requireFUSE(t)
	p := frametest.NewPair(t)
	p.A.AddAddr("192.0.2.1/24")
	saved, err := Parse([]byte("target first\n dev_name nonesuch\n enabled 1\n" +
		"target second\n dev_name " + p.A.Name() + "\n local_ip 192.0.2.1 automatic\n remote_ip 192.0.2.9\n enabled 1\n" +
		"target third\n enabled 0\n" +
		"target fourth\n dev_name nonesuch\n enabled 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "tree")
	if err := os.WriteFile(dir+".state", Format(saved), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := p.A.Command("/proc/self/exe")
	untilReady(t, cmd, cmd.Cmd, dir)
	for name, want := range map[string]string{
		"first/enabled": "0\n", "second/enabled": "1\n", "third/enabled": "0\n", "fourth/enabled": "0\n", "second/local_ip": "192.0.2.1\n",
	} {
		if got := read(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	state := func(want []targets.Saved) {
		t.Helper()
		if diff := cmp.Diff(string(Format(want)), read(t, dir+"/.netkmsg/state")); diff != "" {
			t.Errorf("the state is another:\n%s", diff)
		}
	}
	state(saved)
	if s := read(t, dir+"/.netkmsg/log"); !strings.Contains(s, " first: ") || !strings.Contains(s, "nonesuch") {
		t.Errorf("no reason in the log:\n%s", s)
	}
	if _, err := writeOnce(dir+"/first/enabled", "0"); err != syscall.EINVAL {
		t.Errorf("disabling what is not enabled: %v", err)
	}
	if err := os.Remove(dir + "/fourth"); err != nil {
		t.Error(err)
	}
	saved[0].Wanted = false
	state(saved[:3])
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(string(Format(saved[:3])), contents(dir+".state")); diff != "" {
		t.Errorf("the file has another:\n%s", diff)
	}
}

// TestDaemonKeeps has a tree survive a restart: names, order, values.
func TestDaemonKeeps(t *testing.T) {
	requireFUSE(t)
	dir := filepath.Join(t.TempDir(), "tree")
	d := startDaemon(t, dir)
	for _, step := range []struct{ path, value string }{
		{"web", ""}, {"a b", ""}, {"web/dev_name", "eth9\n"}, {"web/local_port", "17"}, {"web/remote_ip", "fe80::2"},
		{"web/extended", "1"}, {"web/remote_mac", "02:00:00:00:00:02\n"}, {"web/userdata/msgid_enabled", "1"},
		{"web/userdata/z", ""}, {"web/userdata/a\n=", ""}, {"web/userdata/a\n=/value", "\xff \"\\\n\n"}, {"a b/dev_name", "\n"},
	} {
		var err error
		if step.value == "" {
			err = os.Mkdir(filepath.Join(dir, step.path), 0)
		} else {
			_, err = writeOnce(filepath.Join(dir, step.path), step.value)
		}
		if err != nil {
			t.Fatalf("%s: %v", step.path, err)
		}
	}
	before := walk(t, dir)
	if !strings.Contains(before, "web/local_port: \"17\\n\"") || !strings.Contains(before, `value: "\xff \"\\\n\n"`) {
		t.Errorf("not what was written:\n%s", before)
	}
	endDaemon(t, d)

	d = startDaemon(t, dir)
	if diff := cmp.Diff(before, walk(t, dir)); diff != "" {
		t.Error(diff)
	}
	endDaemon(t, d)
}

// walk returns all that a tree shows, in the order of its listings.
func walk(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	var visit func(path string)
	visit = func(path string) {
		f, err := os.Open(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		es, err := f.ReadDir(-1)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range es {
			p := filepath.Join(path, e.Name())
			if e.IsDir() {
				fmt.Fprintf(&b, "%q\n", p)
				visit(p)
			} else {
				fmt.Fprintf(&b, "%s: %q\n", p, read(t, filepath.Join(dir, p)))
			}
		}
	}
	visit("")
	return b.String()
}

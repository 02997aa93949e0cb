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
	err := Daemon{
		Dir:   dir,
		State: dir + ".state",
		Log:   log,
		Set:   targets.New(silentOptions(log)),
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
	cmd.Env = append(os.Environ(), asDaemon+"="+dir, "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	if s, err := bufio.NewReader(out).ReadString('\n'); s != "ready\n" {
		t.Fatalf("the daemon says %q, %v: %v", s, err, cmd.Wait())
	}
	return cmd
}

func endDaemon(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
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

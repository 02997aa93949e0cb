package configfs

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

func tryServe(t *testing.T, dir string) (*Mount, error) {
	t.Helper()
	m, err := takeAndServe(dir, newFake(), slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err == nil {
		t.Cleanup(func() { m.Close() })
	}
	return m, err
}

func TestServeRefuses(t *testing.T) {
	requireFUSE(t)
	full, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	if err := errors.Join(os.WriteFile(filepath.Join(full, "x"), nil, 0o600), os.WriteFile(file, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	served := mounted(t, newFake())
	locked := t.TempDir()
	f, err := os.Open(locked)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unix.Flock(int(f.Fd()), unix.LOCK_EX)
	for dir, want := range map[string]string{
		full:         "it is not empty, and a mount would hide what is in it; choose an empty directory",
		file:         "not a directory",
		file + "/x":  "not a directory",
		served:       "a running netkmsg mount serves it; stop that one (umount " + served + "), or choose another directory",
		served + "/": "a running netkmsg mount serves it; stop that one (umount " + served + "), or choose another directory",
		locked:       "another netkmsg mount holds it; stop that one, or choose another directory",
		"/proc/1/x":  "no such file or directory",
	} {
		_, err := tryServe(t, dir)
		if full := "mount on " + filepath.Clean(dir) + ": " + want; err == nil || err.Error() != full {
			t.Errorf("got %v\nwant %s", err, full)
		}
	}
}

// TestServeMakes has the directory made, and finds it through a symbolic link.
func TestServeMakes(t *testing.T) {
	requireFUSE(t)
	dir := t.TempDir()
	if err := errors.Join(os.Symlink("b", dir+"/a"), os.Symlink(dir+"/c/d", dir+"/b")); err != nil {
		t.Fatal(err)
	}
	m, err := tryServe(t, dir+"/a")
	if err != nil || m.place.Dir() != dir+"/c/d" {
		t.Fatal(m, err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if _, err := tryServe(t, dir+"/c/d"); err != nil {
		t.Error("again:", err)
	}
}

// TestServeOnce starts many at the same moment, of which one may win.
func TestServeOnce(t *testing.T) {
	requireFUSE(t)
	dir := t.TempDir()
	var wg sync.WaitGroup
	won := make(chan *Mount, 8)
	for range 8 {
		wg.Go(func() {
			if m, err := takeAndServe(dir, newFake(), slog.New(slog.DiscardHandler)); err == nil {
				won <- m
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Errorf("%d won", len(won))
	}
	for range len(won) {
		if err := (<-won).Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestUnmountedByOthers(t *testing.T) {
	m := serve(t, t.TempDir(), newFake())
	if err := unix.Unmount(m.place.Dir(), 0); err != nil {
		t.Fatal(err)
	}
	<-m.Done()
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// TestCloseInUse ends a tree of which a file is open and in which a store waits.
func TestCloseInUse(t *testing.T) {
	model := newFake()
	model.block = make(chan struct{})
	m := serve(t, t.TempDir(), model)
	if err := os.Mkdir(m.place.Dir()+"/t", 0); err != nil {
		t.Fatal(err)
	}
	f := openAt(t, os.O_RDWR, m.place.Dir(), "t/enabled")
	g := openAt(t, os.O_WRONLY, m.place.Dir(), "t/dev_name")
	waits := make(chan error)
	go func() { _, err := unix.Write(int(g.Fd()), []byte("block")); waits <- err }()
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waits; err == nil {
		t.Error("the store that waited is done")
	}
	if kind, err := typeAt(m.place.Dir()); kind != "" || err != nil {
		t.Errorf("still mounted: %s, %v", kind, err)
	}
	f.Close()
	g.Close()
	<-m.Done()
}

// TestDead kills daemons and replaces their mounts.
func TestDead(t *testing.T) {
	requireFUSE(t)
	dir := t.TempDir()
	for range 3 {
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestChild$")
		cmd.Env = append(os.Environ(), "CONFIGFS_TEST_DIR="+dir)
		cmd.Stderr = t.Output()
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if s, _ := bufio.NewReader(out).ReadString('\n'); s != "serving\n" {
			t.Fatalf("%q, %v", s, cmd.Wait())
		}
		if err := os.Mkdir(dir+"/t", 0); err != nil {
			t.Fatal(err)
		}
		cmd.Process.Kill()
		cmd.Wait()
		if _, err := os.Stat(dir + "/t/enabled"); !errors.Is(err, unix.ENOTCONN) {
			t.Fatalf("a dead mount: %v", err)
		}
	}
	m, err := tryServe(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir+"/t", 0); err != nil {
		t.Error(err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile("/proc/self/mountinfo"); err != nil || strings.Contains(string(b), dir) {
		t.Errorf("mounts are left: %s, %v", b, err)
	}
}

// TestChild is the daemon that TestDead kills.
func TestChild(t *testing.T) {
	dir := os.Getenv("CONFIGFS_TEST_DIR")
	if dir == "" {
		return
	}
	m, err := tryServe(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("serving")
	<-m.Done()
}

package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"netkmsg/frame/frametest"
)

// alone runs the calling test again in a process of its own, root in private
// user and mount namespaces, and reports whether this is that process: there
// limits may be set and file systems mounted without harm to anybody.
func alone(t *testing.T) bool {
	if os.Getenv("OUTPUT_ALONE") == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), "OUTPUT_ALONE="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	refused := errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSPC)
	frametest.Require(t, !refused, fmt.Sprintf("user namespaces: %v", err))
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// smallDisk mounts a file system of so many bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", size)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, 0) })
	return dir
}

// On a full disk whole lines are written as long as they fit, the others
// counted, the fault told once, and all goes on when there is room again.
func TestFilesFullDisk(t *testing.T) {
	if !alone(t) {
		return
	}
	dir := smallDisk(t, 64<<10)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 48<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	var r told
	clock := clockAt("2026-11-23T10:11:12Z")
	f := plainFiles(t, dir, func(o *FilesOptions) { o.Report, o.now = r.add, clock.now })
	for i := range 40 {
		written(t, f, fmt.Sprintf("%04d %s", i, strings.Repeat("x", 994)))
	}
	b, err := os.ReadFile(filepath.Join(dir, "10.0.0.5.log"))
	if err != nil {
		t.Fatal(err)
	}
	lost := f.Shed()
	if len(b)%1000 != 0 || uint64(len(b)/1000)+lost != 40 || lost == 0 {
		t.Errorf("%d bytes and %d lines lost are not 40 lines of 1000", len(b), lost)
	}
	if got := r.all(); len(got) != 1 || !strings.Contains(got[0], "no space left on device (free some space") {
		t.Errorf("told %q", got)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	written(t, f, "room again")
	if err := f.Close(20 * time.Second); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("close: %v", err)
	}
	got := tree(t, dir)["10.0.0.5.log"][len(b):]
	if want := fmt.Sprintf("2026-11-23T10:11:12Z -- %d lines lost: no space left on device --\nroom again\n", lost); got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	if got := r.all(); len(got) != 2 || !strings.Contains(got[1], fmt.Sprintf("working again, %d lines were lost", lost)) {
		t.Errorf("told %q", got)
	}
}

// More hosts than descriptors.
func TestFilesFewDescriptors(t *testing.T) {
	if !alone(t) {
		return
	}
	limit := syscall.Rlimit{Cur: 1024, Max: 1024}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	const hosts = 1100
	for _, open := range []int{0, 1 << 20, 1} {
		dir := t.TempDir()
		var r told
		f := plainFiles(t, dir, func(o *FilesOptions) { o.MaxOpen, o.Report = open, r.add })
		want := make(map[string]string)
		for round := range 3 {
			for i := range hosts {
				addr := fmt.Sprintf("10.0.%d.%d", i/250, i%250)
				f.Message(textFrom(addr+":6665", fmt.Sprint("round ", round)))
				want[addr+".log"] += fmt.Sprintf("round %d\n", round)
			}
			f.Flush()
		}
		closeOutput(t, f)
		wantTree(t, dir, want)
		if told := r.all(); len(told) > 0 || f.Shed() > 0 {
			t.Errorf("told %q, %d shed", told, f.Shed())
		}
	}
}

// Somebody else has taken the descriptors: the files make do with fewer.
func TestFilesNoDescriptorLeft(t *testing.T) {
	if !alone(t) {
		return
	}
	dir := t.TempDir()
	f := plainFiles(t, dir, func(o *FilesOptions) { o.MaxOpen = 100 })
	written(t, f, "first")
	limit := syscall.Rlimit{Cur: 40, Max: 40}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"10.0.0.5.log": "first\n"}
	for i := range 100 {
		addr := fmt.Sprintf("10.0.1.%d", i)
		f.Message(textFrom(addr+":6665", "x"))
		want[addr+".log"] = "x\n"
	}
	closeOutput(t, f)
	wantTree(t, dir, want)
}

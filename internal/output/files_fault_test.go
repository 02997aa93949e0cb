package output

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// One file that cannot be written to harms no other, is told of once, and is
// written to again as soon as that works.
func TestFilesOneFails(t *testing.T) {
	for what, spoil := range map[string]func(path string) error{
		"directory": func(path string) error { return os.Mkdir(path, 0o700) },
		"link":      func(path string) error { return os.Symlink("elsewhere", path) },
		"pipe":      func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "10.0.0.5.log")
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			var r told
			clock := clockAt("2026-11-23T10:11:12Z")
			f := plainFiles(t, dir, func(o *FilesOptions) { o.Report, o.now = r.add, clock.now })
			for range 3 {
				f.Message(textFrom("10.0.0.6:6665", "unharmed"))
				written(t, f, "lost")
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if got := r.all(); len(got) != 1 || !strings.Contains(got[0], path) {
				t.Errorf("told %q", got)
			}
			written(t, f, "found")
			written(t, f, "found")
			if err := f.Close(20 * time.Second); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("close: %v", err)
			}
			got := tree(t, dir)
			if got["10.0.0.6.log"] != strings.Repeat("unharmed\n", 3) {
				t.Errorf("the other: %q", got["10.0.0.6.log"])
			}
			mark, rest, _ := strings.Cut(got["10.0.0.5.log"], "\n")
			if !strings.HasPrefix(mark, "2026-11-23T10:11:12Z -- 3 lines lost: ") || rest != "found\nfound\n" {
				t.Errorf("got %q", got["10.0.0.5.log"])
			}
			if got := r.all(); len(got) != 2 || !strings.HasSuffix(got[1], "working again, 3 lines were lost") {
				t.Errorf("told %q", got)
			}
			if f.Shed() != 3 {
				t.Errorf("%d shed", f.Shed())
			}
		})
	}
}

// The directory is made again if it is gone, though not the files that were in
// it.
func TestFilesDirectoryGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	f := plainFiles(t, dir, nil)
	written(t, f, "gone")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	f.Reopen()
	written(t, f, "there")
	closeOutput(t, f)
	wantTree(t, dir, map[string]string{"10.0.0.5.log": "there\n"})
}

// A writer that hangs makes nobody wait; what is shed is announced where no
// host is to blame.
func TestFilesStalled(t *testing.T) {
	dir := t.TempDir()
	clock := clockAt("2026-11-23T10:11:12Z")
	f := plainFiles(t, dir, func(o *FilesOptions) { o.limit, o.now = 1000, clock.now })
	f.w.mu.Lock()
	const all = 1000
	for range all {
		f.Message(textFrom("10.0.0.5:6665", "a line"))
		f.Flush()
		f.Reopen()
	}
	shed := f.Shed()
	f.w.mu.Unlock()
	closeOutput(t, f)
	got := tree(t, dir)
	if n := strings.Count(got["10.0.0.5.log"], "a line\n"); shed == 0 || uint64(n)+shed != all {
		t.Errorf("%d lines and %d shed are not %d", n, shed, all)
	}
	if !strings.Contains(got[commonFile], " lines lost: the disk does not keep up --\n") {
		t.Errorf("announced %q", got[commonFile])
	}
}

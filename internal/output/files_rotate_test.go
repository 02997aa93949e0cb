package output

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// testClock is a clock that a test sets.
type testClock struct{ unix atomic.Int64 }

func (c *testClock) now() time.Time { return time.Unix(c.unix.Load(), 0) }

func clockAt(s string) *testClock {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	c := new(testClock)
	c.unix.Store(t.Unix())
	return c
}

// written has one batch written.
func written(t *testing.T, f *Files, text string) {
	t.Helper()
	f.Message(textFrom("10.0.0.5:6665", text))
	f.Flush()
	eventually(t, "the batch in the file", func() bool {
		f.w.mu.Lock()
		defer f.w.mu.Unlock()
		f.q.mu.Lock()
		defer f.q.mu.Unlock()
		return len(f.q.pending.b) == 0 && f.q.busy == 0
	})
}

func TestFilesRotateBySize(t *testing.T) {
	dir := t.TempDir()
	clock := clockAt("2026-11-23T10:11:12Z")
	options := func(o *FilesOptions) { o.MaxSize, o.Keep, o.now = 10, 2, clock.now }
	f := plainFiles(t, dir, options)
	for i := range 5 {
		written(t, f, fmt.Sprint("123456", i))
	}
	written(t, f, "x")
	closeOutput(t, f)
	const log = "10.0.0.5.log"
	wantTree(t, dir, map[string]string{
		log:                              "1234564\nx\n",
		log + ".20261123T101112.002Z.gz": "1234562\n",
		log + ".20261123T101112.003Z.gz": "1234563\n",
	})

	// After a restart the size counts; what an earlier process left is compressed.
	if err := os.WriteFile(filepath.Join(dir, log+".20261123T101113.000Z"), []byte("left behind\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	clock.unix.Add(-1000) // a clock set back makes nothing older
	f = plainFiles(t, dir, options)
	written(t, f, "long enough to rotate")
	closeOutput(t, f)
	wantTree(t, dir, map[string]string{
		log:                              "long enough to rotate\n",
		log + ".20261123T101113.000Z.gz": "left behind\n",
		log + ".20261123T101113.001Z.gz": "1234564\nx\n",
	})
}

func TestFilesRotateByTime(t *testing.T) {
	dir := t.TempDir()
	clock := clockAt("2026-11-23T23:59:00Z")
	f := plainFiles(t, dir, func(o *FilesOptions) { o.Every, o.now = 24*time.Hour, clock.now })
	path := filepath.Join(dir, "10.0.0.5.log")
	if err := os.WriteFile(path, []byte("old\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, clock.now(), clock.now()); err != nil {
		t.Fatal(err)
	}
	written(t, f, "same day")
	clock.unix.Add(120)
	written(t, f, "next day")
	clock.unix.Add(3600)
	written(t, f, "still the next day")
	clock.unix.Add(-7200)
	written(t, f, "a clock set back rotates nothing")
	closeOutput(t, f)
	wantTree(t, dir, map[string]string{
		"10.0.0.5.log":                         "next day\nstill the next day\na clock set back rotates nothing\n",
		"10.0.0.5.log.20261124T000100.000Z.gz": "old\nsame day\n",
	})
}

// A file that cannot be put aside is gone on with.
func TestFilesRotateFails(t *testing.T) {
	dir := t.TempDir()
	clock := clockAt("2026-11-23T10:11:12Z")
	var r told
	f := plainFiles(t, dir, func(o *FilesOptions) { o.MaxSize, o.now, o.Report = 8, clock.now, r.add })
	written(t, f, "first")
	if err := os.Remove(filepath.Join(dir, "10.0.0.5.log")); err != nil {
		t.Fatal(err)
	}
	written(t, f, "second") // to the file that has lost its name
	f.Reopen()
	written(t, f, "third")
	closeOutput(t, f)
	if got := r.all(); len(got) != 1 {
		t.Errorf("told %q", got)
	}
	wantTree(t, dir, map[string]string{"10.0.0.5.log": "third\n"})
}

func TestAsideHost(t *testing.T) {
	for name, want := range map[string]string{
		"a.log.20261123T101112.000Z":         "a.log",
		"a.log.20261123T101112.000Z.gz":      "a.log",
		"a.log.20261123T101112.000Z.gz.part": "",
		"a.log":                              "",
		"a.log.20261123T101112.000":          "",
		"a.txt.20261123T101112.000Z":         "",
		"a.log.20269923T101112.000Z":         "",
		".20261123T101112.000Z":              "",
		"":                                   "",
	} {
		if got, _, ok := asideHost(name); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %t, want %q", name, got, ok, want)
		}
	}
}

// Compressing stops at the end of the time that Close grants, and loses nothing.
func TestCompressStopped(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.log.20261123T101112.000Z")
	if err := os.WriteFile(path, []byte("kept\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	quit := make(chan struct{})
	close(quit)
	if err := compress(path, quit); err == nil {
		t.Error("no error")
	}
	wantTree(t, dir, map[string]string{filepath.Base(path): "kept\n"})
}

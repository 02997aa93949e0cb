package configfs

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// made serves a tree with target t and its key k.
func made(t *testing.T) (dir string, target *fakeTarget) {
	t.Helper()
	m := newFake()
	dir = mounted(t, m)
	for _, d := range []string{"t", "t/userdata/k"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir, mustTarget(m, "t")
}

func openAt(t *testing.T, flags int, path ...string) *os.File {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(path...), flags, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestSnapshot shows that contents are made at the first read of an open file and stay until it is written.
func TestSnapshot(t *testing.T) {
	dir, target := made(t)
	path := filepath.Join(dir, "t/dev_name")
	f := openAt(t, os.O_RDWR, path)
	g := openAt(t, os.O_RDONLY, path)
	expect := func(f *os.File, want string) {
		t.Helper()
		b := make([]byte, 100)
		n, err := f.ReadAt(b, 0)
		if !errors.Is(err, io.EOF) || string(b[:n]) != want {
			t.Errorf("read %q, %v, want %q", b[:n], err, want)
		}
	}
	writeOnce(path, "one")
	expect(f, "one\n")
	writeOnce(path, "two")
	expect(f, "one\n")
	expect(g, "two\n")
	if _, err := f.WriteAt([]byte("three"), 1000); err != nil {
		t.Error(err)
	}
	expect(f, "three\n")
	expect(g, "two\n")
	if n := target.counts().shows; n != 3 {
		t.Errorf("contents were made %d times", n)
	}

	b := make([]byte, 3)
	if n, err := f.ReadAt(b, 2); n != 3 || err != nil || string(b) != "ree" {
		t.Errorf("in the middle: %q, %v", b[:n], err)
	}
	if n, err := f.ReadAt(b, 1000); n != 0 || err != io.EOF {
		t.Errorf("behind the end: %d, %v", n, err)
	}
}

// TestStores shows that each write(2) is one store of at most 4095 bytes, and that nothing else is one.
func TestStores(t *testing.T) {
	dir, target := made(t)
	path := filepath.Join(dir, "t/dev_name")
	f := openAt(t, os.O_WRONLY|os.O_TRUNC, path)
	if err := f.Truncate(0); err != nil {
		t.Error(err)
	}
	if n := target.counts().stores; n != 0 {
		t.Errorf("truncating stored %d times", n)
	}
	stored := func(want string) {
		t.Helper()
		if got := target.value(Attr{File: "dev_name"}); got != want {
			t.Errorf("stored %.20q… (%d bytes), want %.20q… (%d)", got, len(got), want, len(want))
		}
	}
	for _, s := range []string{"first", "2nd"} { // at offsets 0 and 5
		if n, err := unix.Write(int(f.Fd()), []byte(s)); n != len(s) || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		stored(s)
	}
	if n, err := unix.Writev(int(f.Fd()), [][]byte{[]byte("in "), []byte("pieces")}); n != 9 || err != nil {
		t.Errorf("writev: %d, %v", n, err)
	}
	stored("in pieces")
	for _, size := range []int{4095, 4096, 5000, 200_000} {
		long := strings.Repeat("x", size)
		if n, err := unix.Write(int(f.Fd()), []byte(long)); n != 4095 || err != nil {
			t.Errorf("write of %d: %d, %v", size, n, err)
		}
		stored(long[:4095])
	}
	if n, err := unix.Write(int(f.Fd()), []byte("a\x00b")); n != 3 || err != nil {
		t.Errorf("NUL: %d, %v", n, err)
	}
	stored("a\x00b")
	c := target.counts()
	if c.stores != 8 {
		t.Errorf("%d stores", c.stores)
	}
	if !isThread(c.from) {
		t.Errorf("the writer is %d, want a thread of %d", c.from, os.Getpid())
	}
}

// isThread reports whether one of this process's threads has that number.
func isThread(tid int) bool {
	_, err := os.Stat(filepath.Join("/proc/self/task", strconv.Itoa(tid)))
	return err == nil
}

// TestGone uses files of directories that are gone, also when others of the same name took their place.
func TestGone(t *testing.T) {
	dir, _ := made(t)
	inTarget := openAt(t, os.O_RDWR, dir, "t/enabled")
	inKey := openAt(t, os.O_RDWR, dir, "t/userdata/k/value")
	seen := openAt(t, os.O_RDWR, dir, "t/enabled")
	b := make([]byte, 10)
	if n, err := seen.ReadAt(b, 0); n != 1 {
		t.Fatal(n, err)
	}
	for range 2 {
		for _, d := range []string{"t/userdata/k", "t"} {
			if err := unix.Rmdir(filepath.Join(dir, d)); err != nil {
				t.Fatal(err)
			}
		}
		for _, again := range []bool{false, true} {
			if again {
				for _, d := range []string{"t", "t/userdata/k"} {
					if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, f := range []*os.File{inTarget, inKey} {
				if _, err := f.ReadAt(b, 0); !errors.Is(err, unix.ENOENT) {
					t.Errorf("read of %s: %v", f.Name(), err)
				}
				if _, err := f.Write([]byte("1")); !errors.Is(err, unix.ENOENT) {
					t.Errorf("write of %s: %v", f.Name(), err)
				}
			}
			if n, err := seen.ReadAt(b, 0); n != 1 {
				t.Errorf("what was read once: %d, %v", n, err)
			}
		}
	}
	if got := read(t, filepath.Join(dir, "t/enabled")); got != "\n" {
		t.Errorf("a write reached the wrong target: %q", got)
	}
}

// TestListing shows configfs's order, types, modes, sizes and link counts.
func TestListing(t *testing.T) {
	dir, _ := made(t)
	for _, d := range []string{"b", "a", "t/userdata/z", "t/userdata/y"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{
		".":            "t b a",
		"t":            "transmit_errors remote_mac local_mac remote_ip local_ip remote_port local_port dev_name release extended enabled userdata",
		"t/userdata":   "msgid_enabled release_enabled taskname_enabled cpu_nr_enabled k z y",
		"t/userdata/k": "value",
		".netkmsg":     "status state log config",
	}
	for d, names := range want {
		f := openAt(t, os.O_RDONLY, dir, d)
		for range 2 {
			es, err := f.ReadDir(-1)
			var got []string
			for _, e := range es {
				got = append(got, e.Name())
				checkEntry(t, filepath.Join(dir, d, e.Name()), e)
			}
			if diff := cmp.Diff(strings.Fields(names), got); diff != "" || err != nil {
				t.Errorf("%s: %v\n%s", d, err, diff)
			}
			f.Seek(0, io.SeekStart)
		}
	}
	for d, links := range map[string]int{".": 5, "t": 3, "t/userdata": 5, "t/userdata/k": 2, ".netkmsg": 2} {
		var st unix.Stat_t
		if err := unix.Stat(filepath.Join(dir, d), &st); err != nil || int(st.Nlink) != links {
			t.Errorf("%s has %d links, %v, want %d", d, st.Nlink, err, links)
		}
	}
}

func checkEntry(t *testing.T, path string, e os.DirEntry) {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		t.Error(err)
	}
	mode, size := uint32(unix.S_IFREG|0o644), int64(4096)
	switch {
	case strings.Contains(path, "/.netkmsg/"):
		mode, size = unix.S_IFREG|0o444, 0
	case e.Name() == "local_mac", e.Name() == "transmit_errors":
		mode = unix.S_IFREG | 0o444
	case e.IsDir():
		mode, size = unix.S_IFDIR|0o755, 0
	}
	if st.Mode != mode || st.Size != size || st.Uid != uint32(os.Geteuid()) {
		t.Errorf("%s: mode %o, size %d, owner %d, want %o, %d", path, st.Mode, st.Size, st.Uid, mode, size)
	}
}

// TestChanged shows that what chmod and its like change stays, and counts.
func TestChanged(t *testing.T) {
	dir, _ := made(t)
	path := filepath.Join(dir, "t/enabled")
	if err := unix.Chmod(path, 0o440); err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil || st.Mode != unix.S_IFREG|0o440 {
		t.Errorf("mode %o, %v", st.Mode, err)
	}
	if _, err := writeOnce(path, "1"); err != unix.EACCES {
		t.Errorf("a file that nobody may write: %v", err)
	}
	if err := unix.Rmdir(filepath.Join(dir, "t/userdata/k")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Rmdir(filepath.Join(dir, "t")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "t"), 0); err != nil {
		t.Fatal(err)
	}
	if n, err := writeOnce(path, "1"); n != 1 || err != nil {
		t.Errorf("the next target of the name: %d, %v", n, err)
	}
}

func TestReports(t *testing.T) {
	dir, _ := made(t)
	if got := read(t, filepath.Join(dir, ".netkmsg/status")); got != "report status\n" {
		t.Errorf("%q", got)
	}
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil || st.Namelen != 255 || st.Bsize != 4096 {
		t.Errorf("statfs: %+v, %v", st, err)
	}
}

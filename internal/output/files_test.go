package output

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// told collects what an output reports.
type told struct {
	mu    sync.Mutex
	lines []string
}

func (r *told) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
}

func (r *told) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.lines)
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func plainMessage(dst []byte, m *kmsg.Message) []byte { return m.AppendText(dst) }

func plainNotice(dst []byte, n *kmsg.Notice) []byte { return append(n.AppendText(dst), '\n') }

// plainFiles makes an output of plain texts in dir.
func plainFiles(t *testing.T, dir string, change func(*FilesOptions)) *Files {
	t.Helper()
	o := FilesOptions{Dir: dir, Message: plainMessage, Notice: plainNotice}
	if change != nil {
		change(&o)
	}
	f, err := NewFiles(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func textFrom(host, text string) *kmsg.Message {
	return &kmsg.Message{Record: kmsg.Record{Text: []byte(text)}, Host: netip.MustParseAddrPort(host)}
}

func closeOutput(t *testing.T, o Output) {
	t.Helper()
	if err := o.Close(20 * time.Second); err != nil {
		t.Error(err)
	}
}

// tree returns the files of a directory, those compressed by their content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, e := range list {
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var r io.Reader = f
		if strings.HasSuffix(e.Name(), ".gz") {
			if r, err = gzip.NewReader(f); err != nil {
				t.Fatal(err)
			}
		}
		b, err := io.ReadAll(r)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

func wantTree(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := tree(t, dir)
	for name, text := range got {
		if w, ok := want[name]; !ok || text != w {
			t.Errorf("%s:\n got %q\nwant %q, there at all: %t", name, text, w, ok)
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "logs")
	names := map[string]string{"10.0.0.7:6665": "db1.lan"}
	f := plainFiles(t, dir, func(o *FilesOptions) {
		o.Name = func(a netip.AddrPort) string { return names[a.String()] }
	})
	f.Message(textFrom("10.0.0.5:6665", "a1"))
	f.Message(textFrom("[fe80::1%eth0]:6665", "b1"))
	f.Notice(&kmsg.Notice{Kind: kmsg.NoticeGap, Host: netip.MustParseAddrPort("10.0.0.5:6665"), First: 2, Last: 3, Count: 2})
	f.Message(textFrom("10.0.0.5:6665", "a4"))
	f.Message(textFrom("10.0.0.5:7000", "behind the same address"))
	f.Message(textFrom("10.0.0.7:6665", "named"))
	f.Notice(&kmsg.Notice{Kind: kmsg.NoticeOverflow, Count: 9})
	closeOutput(t, f)
	wantTree(t, dir, map[string]string{
		"10.0.0.5.log":      "a1\n-- 2 records missing: 2–3, lost or filtered by the sender --\na4\n",
		"10.0.0.5,7000.log": "behind the same address\n",
		"fe80__1%eth0.log":  "b1\n",
		"db1.lan.log":       "named\n",
		"+netkmsg.log":      "-- the receive queue overflowed: 9 datagrams lost --\n",
	})
	st, err := os.Stat(filepath.Join(dir, "10.0.0.5.log"))
	if err != nil || st.Mode().Perm()&^0o640 != 0 {
		t.Errorf("mode %v, %v: others may read it", st.Mode(), err)
	}

	f = plainFiles(t, dir, nil)
	f.Message(textFrom("[fe80::1%eth0]:6665", "b2"))
	closeOutput(t, f)
	if got := tree(t, dir)["fe80__1%eth0.log"]; got != "b1\nb2\n" {
		t.Errorf("after a restart: %q", got)
	}
	if n := f.Shed(); n != 0 {
		t.Errorf("%d shed", n)
	}
}

func TestFilesReopen(t *testing.T) {
	dir := t.TempDir()
	f := plainFiles(t, dir, nil)
	path := filepath.Join(dir, "10.0.0.5.log")
	for i := range 3 {
		f.Message(textFrom("10.0.0.5:6665", fmt.Sprint("line ", i)))
		f.Flush()
		eventually(t, "the line in a new file", func() bool {
			b, _ := os.ReadFile(path)
			return string(b) == fmt.Sprintf("line %d\n", i)
		})
		if err := os.Rename(path, fmt.Sprintf("%s.%d", path, i)); err != nil {
			t.Fatal(err)
		}
		f.Reopen()
	}
	closeOutput(t, f)
	wantTree(t, dir, map[string]string{"10.0.0.5.log.0": "line 0\n", "10.0.0.5.log.1": "line 1\n", "10.0.0.5.log.2": "line 2\n"})
}

func TestFilesUnusableDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := NewFiles(FilesOptions{Dir: file, Message: plainMessage, Notice: plainNotice})
	if err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("%v", err)
	}
}

// Invented senders must not fill the directory.
func TestFilesBounded(t *testing.T) {
	dir := t.TempDir()
	f := plainFiles(t, dir, func(o *FilesOptions) { o.MaxFiles = 3; o.MaxOpen = 2 })
	want := map[string]string{}
	for i := range 10 {
		f.Message(textFrom(fmt.Sprintf("10.0.0.%d:6665", i), fmt.Sprint("first of ", i)))
	}
	f.Message(textFrom("10.0.0.1:6665", "still its own"))
	for i := range 3 {
		want[fmt.Sprintf("10.0.0.%d.log", i)] = fmt.Sprintf("first of %d\n", i)
	}
	want["10.0.0.1.log"] += "still its own\n"
	for i := 3; i < 10; i++ {
		want[commonFile] += fmt.Sprintf("first of %d\n", i)
	}
	closeOutput(t, f)
	wantTree(t, dir, want)

	f = plainFiles(t, dir, func(o *FilesOptions) { o.MaxFiles = 4 })
	f.Message(textFrom("10.0.0.9:6665", "after a restart"))
	closeOutput(t, f)
	want[commonFile] += "after a restart\n"
	wantTree(t, dir, want)
}

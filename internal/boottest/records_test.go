package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhole(t *testing.T) {
	for _, c := range []struct {
		payloads []string
		n        int
		err      string
	}{
		{nil, 0, ""},
		{[]string{"6,0,1,-;a\n", "6,1,2,-;b\n"}, 2, ""},
		{[]string{"6,1,2,-;b\n"}, 0, "record 1 came after 0 records, want 0"},
		{[]string{"6,0,1,-;a\n", "6,0,1,-;a\n"}, 0, "record 0 came after 1 records, want 1"},
		{[]string{"6,0,1,-;a\n", "6,2,1,-;c\n"}, 0, "record 2 came after 1 records, want 1"},
		{[]string{"text"}, 0, `payload "text"`},
	} {
		n, err := whole(c.payloads)
		if n != c.n || (err == nil) != (c.err == "") || err != nil && !strings.HasPrefix(err.Error(), c.err) {
			t.Errorf("%q: %d, %v; want %d, %s", c.payloads, n, err, c.n, c.err)
		}
	}
}

func TestSame(t *testing.T) {
	if n, err := same([]string{"a", "b", "c"}, []string{"b", "c"}); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := same([]string{"a"}, []string{"a", "b\n"}); err == nil || err.Error() != `of the kernel's netconsole only: "b"` {
		t.Error(err)
	}
}

// TestInitramfs has a program of this machine find its libraries.
func TestInitramfs(t *testing.T) {
	f := initramfs{}
	if err := f.tool("sleep"); err != nil {
		t.Fatal(err)
	}
	var libc bool
	for name, from := range f {
		if _, err := os.Stat(from); err != nil || strings.HasPrefix(name, "/") {
			t.Errorf("%s: %s: %v", name, from, err)
		}
		libc = libc || strings.HasPrefix(filepath.Base(name), "libc.")
	}
	if f["sbin/sleep"] == "" || !libc {
		t.Errorf("%v", f)
	}
}

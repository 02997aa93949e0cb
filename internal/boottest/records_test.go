package main

import (
	"fmt"
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

func TestUntilOff(t *testing.T) {
	log := func(texts ...string) (ps []string) {
		for i, text := range texts {
			ps = append(ps, fmt.Sprintf("6,%d,1,-;%s\n", i, strings.TrimSuffix(text, "\n")))
		}
		return ps
	}
	off := log(append([]string{"up"}, shutdown...)...)
	for _, c := range []struct {
		name     string
		payloads []string
		err      string
	}{
		{"all", off, ""},
		{"a gap", append(off[:2:2], off[3:]...), "record 3 came after 2 records, want 2"},
		{"cut short", off[:len(off)-1], fmt.Sprintf(`"Sending SIGKILL to remaining processes..." is not among %d records`, len(off)-1)},
		{"a text is missing", log(shutdown...), fmt.Sprintf(`"up" is not among %d records`, len(shutdown))},
		{"a failure", append(log("boottest: failed: main"), off[1:]...), "the machine said: 6,0,1,-;boottest: failed: main\n"},
	} {
		n, err := untilOff(c.payloads, "up")
		if fmt.Sprint(err) != c.err && (err != nil || c.err != "") || err == nil && n != len(off) {
			t.Errorf("%s: %d, %v; want %s", c.name, n, err, c.err)
		}
	}
}

func TestOrigins(t *testing.T) {
	crash := "4,0,0,-;a\n NETKMSG_ORIGIN=kdump 1/dmesg.1\n"
	own, past := origins([]string{"6,0,1,-;NETKMSG_ORIGIN=x\n", crash, "6,1,1,-;b\n"})
	if len(own) != 2 || len(past) != 1 || past[0] != crash {
		t.Errorf("%q, %q", own, past)
	}
}

func TestTakenOver(t *testing.T) {
	const one, two = "6,1,1,-;a\n", "6,2,2,-;b\n sender=system\n"
	for _, c := range []struct {
		payloads []string
		first    int
		err      string
	}{
		{[]string{one, one, two, two}, 2, ""},
		{[]string{one}, -1, "one of the two senders sent nothing: the system's has sent from record -1 on"},
		{[]string{two}, 0, "one of the two senders sent nothing: the system's has sent from record 0 on"},
		{[]string{one, two, one}, 1, "the initramfs's sender did not end when the system's took over"},
	} {
		first, err := takenOver(c.payloads)
		if first != c.first || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%q: %d, %v", c.payloads, first, err)
		}
	}
}

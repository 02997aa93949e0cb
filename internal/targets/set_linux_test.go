package targets

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"netkmsg/internal/netconsole"
)

func names(s *Set) (ns []string) {
	for _, t := range s.List() {
		ns = append(ns, t.Name())
	}
	return ns
}

// TestSet makes and removes targets, and wants them in the order in which they were made.
func TestSet(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	var want []string
	for i := range 100 {
		n := fmt.Sprint(i * 7 % 100)
		b.made(n)
		want = append(want, n)
	}
	for i := range 80 {
		n := fmt.Sprint(i)
		if err := b.set.Rmdir(n); err != nil {
			t.Fatal(err)
		}
		want = slices.DeleteFunc(want, func(s string) bool { return s == n })
	}
	b.made("0")
	want = append(want, "0")
	if got := names(b.set); !slices.Equal(got, want) || b.set.Len() != len(want) {
		t.Errorf("%q, want %q", got, want)
	}
	if _, ok := b.set.Get("1"); ok {
		t.Error("a removed target is there")
	}
	for name, want := range map[string]syscall.Errno{
		"0": syscall.EEXIST, "": syscall.EINVAL, ".": syscall.EINVAL, "..": syscall.EINVAL, "a/b": syscall.EINVAL, "a\x00": syscall.EINVAL,
		strings.Repeat("x", 256): syscall.ENAMETOOLONG, strings.Repeat("x", 255): 0, "a b": 0, ".x": 0, "\xff": 0,
	} {
		if _, err := b.set.Mkdir(name); want != 0 && !errors.Is(err, want) || want == 0 && err != nil {
			t.Errorf("%.20q: %v, want %v", name, err, want)
		}
	}
	if err := b.set.Rmdir("1"); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("removed twice: %v", err)
	}
}

// TestRemoved: nothing can be done with a target that was removed.
func TestRemoved(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.enabled("t")
	if err := b.set.Rmdir("t"); err != nil {
		t.Fatal(err)
	}
	fresh := b.made("t")
	_, shown := x.Show("dev_name")
	_, key := x.ShowKey("k")
	for what, err := range map[string]error{
		"show": shown, "show key": key,
		"store":   x.Store(t.Context(), "dev_name", []byte("x"), 0),
		"enable":  x.Store(t.Context(), "enabled", []byte("1"), 0),
		"feature": x.Store(t.Context(), "msgid_enabled", []byte("1"), 0),
		"mkkey":   x.MkKey("k"), "rmkey": x.RmKey("k"), "store key": x.StoreKey("k", []byte("v")),
	} {
		if !errors.Is(err, syscall.ENOENT) {
			t.Errorf("%s: %v", what, err)
		}
	}
	b.shows(fresh, "enabled", "0")
}

// TestCmdline: targets of the command line are there from the start, are seen when they are made, and removed for good
// (corpus case cfs-cmdline-ext).
func TestCmdline(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	config, err := netconsole.Parse("+r@/no-such-device,@fe80::2/;4444@/lo9,4445@192.0.2.2/")
	if err != nil {
		t.Fatal(err)
	}
	b.set.AddCmdline(t.Context(), config)
	if b.set.Len() != 0 || len(b.set.All()) != 2 {
		t.Errorf("%d seen, %d in all", b.set.Len(), len(b.set.All()))
	}
	x, err := b.set.Mkdir("cmdline1")
	if err != nil {
		t.Fatal(err)
	}
	b.shows(x, "local_port", "4444")
	b.shows(x, "dev_name", "lo9")
	b.shows(x, "enabled", "0")
	b.told("lo9: no such device")
	if err := b.set.Rmdir("cmdline1"); err != nil {
		t.Error(err)
	}
	if x, err = b.set.Mkdir("cmdline1"); err != nil {
		t.Fatal(err)
	}
	b.shows(x, "local_port", "6665")
}

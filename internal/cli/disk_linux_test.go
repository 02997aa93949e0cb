package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// mounted runs the command with a tmpfs of its own on dir, and prints the file
// name in it afterwards.
func mounted(t *testing.T, e *frametest.End, dir, options, name string, args ...string) *command {
	t.Helper()
	c := netkmsg(t, e, args...)
	const script = `mount -t tmpfs -o "$2" none "$1" || exit 77
cd "$1"; name=$3; shift 3; "$@"; status=$?; [ ! -e "$name" ] || cat "$name"; exit $status`
	unshare := frametest.RequireTool(t, "unshare")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c.Path = unshare
	c.Args = append([]string{"unshare", "-m", "sh", "-c", script, "sh", dir, options, name, self}, c.Args[1:]...)
	return c
}

// TestReadOnly has a capture file on a file system that is read-only. Nothing
// is sent before that is found.
func TestReadOnly(t *testing.T) {
	p := frametest.NewPair(t)
	got := p.B.Capture(t)
	c := mounted(t, p.A, t.TempDir(), "ro", "x", "--from", file(t, records(0, 10)), "--pcap", "out.pcap", toB).run(1)
	c.lastly("netkmsg: create capture file out.pcap: read-only file system (name a file on a writable file system such as /run or /dev/shm, or - for standard output)\n")
	noMore(t, got)
}

// TestDiskFills has a file system for some 20 frames. The capture keeps these
// whole, and sending goes on.
func TestDiskFills(t *testing.T) {
	const n = 200
	p := frametest.NewPair(t)
	got := p.B.Capture(t)
	c := mounted(t, p.A, t.TempDir(), "size=4k", "out.pcap", "--from", file(t, records(0, n)), "--pcap", "out.pcap", toB)
	var dump bytes.Buffer
	c.Stdout = &dump
	c.run(1)
	conserved(t, n, arrive(t, got, n), c.account("cmdline0"))
	kept := payloads(t, &dump)
	if len(kept) < 20 || len(kept) >= n || strings.Join(kept, "") != records(0, len(kept)) {
		t.Errorf("the capture has %d frames: %q", len(kept), kept)
	}
	c.lastly(fmt.Sprintf("netkmsg: capture: write packet %d to out.pcap: no space left on device "+
		"(%d whole packets are safe in the file: free some space, or write to another file system)\n", len(kept)+1, len(kept)))
}

// TestDevFull has a disk that is full from the start.
func TestDevFull(t *testing.T) {
	p := frametest.NewPair(t)
	got := p.B.Capture(t)
	c := netkmsg(t, p.A, "--from", file(t, records(0, 10)), "--pcap", "/dev/full", toB).run(1)
	c.lastly("netkmsg: create capture file /dev/full: no space left on device (free some space, or name a file on another file system)\n")
	noMore(t, got)
}

// TestForbiddenDirectory has a directory that may not be written to.
func TestForbiddenDirectory(t *testing.T) {
	dir := openDir(t)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	p := frametest.NewPair(t)
	path := filepath.Join(dir, "out.pcap")
	c := netkmsg(t, p.A, "--from", "-", "--no-wire", "--pcap", path, toB).with().fromFile(file(t, records(0, 10))).run(1)
	c.lastly("netkmsg: create capture file " + path + ": permission denied (name a file in a directory that you may write to, or - for standard output)\n")
}

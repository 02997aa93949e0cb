package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netkmsg/frame/frametest"
)

func TestStormPayloads(t *testing.T) {
	payloads := []string{
		"14,800,1,-;boottest: storm: record 1\n",
		"14,801,2,-;boottest: storm: no page fault\n",
		"3,802,3,-;Out of memory: Killed process 110 (eater) total-vm:1500kB, anon-rss:200kB\n",
		"3,803,3,-;Out of memory: Killed process 111 (ordinary) total-vm:1500kB, anon-rss:200kB\n",
		"3,804,3,-;Out of memory: Killed process 112 (eater) total-vm:1500kB, anon-rss:200kB\n",
		"14,805,1,-;boottest: storm: record 2\n",
		"14,806,1,-;boottest: storm: 2 records written\n",
	}
	if d := cmp.Diff(map[string]int{"eater": 2, "ordinary": 1}, victims(payloads)); d != "" {
		t.Error(d)
	}
	if n := numbered(payloads); n != 2 {
		t.Errorf("%d numbered", n)
	}
	if d := cmp.Diff([]string{"no page fault", "2 records written"}, told(payloads, "boottest: storm: ")); d != "" {
		t.Error(d)
	}
}

// TestDiskOf has a file found on a disk, by its text.
func TestDiskOf(t *testing.T) {
	t.Setenv("PATH", os.Getenv("PATH")+sbin)
	frametest.RequireTool(t, "mke2fs")
	dir := t.TempDir()
	const text = "what is on the disk"
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	image, err := diskOf(dir, map[string]string{"b": filepath.Join(dir, "a")})
	if err != nil {
		t.Fatal(err)
	}
	out, err := output("", "debugfs", "-R", "cat b", image)
	if err != nil || out != text {
		t.Errorf("%q, %v", out, err)
	}
}

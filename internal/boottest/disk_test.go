package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

func TestMainSource(t *testing.T) {
	for _, c := range []struct{ sources, suite, mirror string }{
		{"trixie-updates http://a/debian/\ntrixie http://b/debian/\n", "trixie", "http://b/debian/"},
		{"trixie-updates http://a/debian/\n", "", ""},
		{"", "", ""},
	} {
		suite, mirror, ok := mainSource(c.sources)
		if suite != c.suite || mirror != c.mirror || ok != (c.suite != "") {
			t.Errorf("%q: %s, %s, %v", c.sources, suite, mirror, ok)
		}
	}
}

func TestComplaint(t *testing.T) {
	for _, c := range []struct{ out, want string }{
		{"debugfs 1.47.0 (5-Feb-2023)\ndebugfs: mkdir /etc\next2fs_mkdir: Ext2 directory already exists while creating directory \"etc\"\n" +
			"mkdir: Ext2 directory already exists \ndebugfs: write a /etc/a\nAllocated inode: 13\n", ""},
		{"debugfs: write a /etc/a\nwrite: Ext2 file already exists \n", "debugfs: write: Ext2 file already exists"},
		{"debugfs: mkdir /a/b\n/a: File not found by ext2_lookup while looking up \"/a\"\n", `debugfs: /a: File not found by ext2_lookup while looking up "/a"`},
	} {
		err := complaint(c.out)
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.out, err, c.want)
		}
	}
}

// TestDisk adds files and an enabled unit to an image, and reads them there.
func TestDisk(t *testing.T) {
	for _, tool := range []string{"mke2fs", "debugfs", "systemctl"} {
		frametest.RequireTool(t, tool)
	}
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	dir := t.TempDir()
	base := filepath.Join(dir, "base.img")
	if _, err := output("", "mke2fs", "-q", "-t", "ext4", base, "4M"); err != nil {
		t.Fatal(err)
	}
	run := filepath.Join(dir, "run")
	if err := os.WriteFile(run, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	d := disk{
		files:  map[string]string{"usr/bin/run": run},
		text:   map[string]string{"usr/lib/systemd/system/a.service": "[Service]\nExecStart=/usr/bin/run\n[Install]\nWantedBy=sysinit.target\n"},
		enable: []string{"a.service"},
	}
	image, err := d.write(base, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ request, want string }{
		{"cat /usr/bin/run", "#!/bin/sh\n"},
		{"stat /usr/bin/run", "Mode:  0700"},
		{"stat /usr/bin/run", "User:     0 "},
		{"stat /etc/systemd/system/sysinit.target.wants/a.service", "Type: symlink"},
		{"cat /usr/lib/systemd/system/a.service", "ExecStart=/usr/bin/run\n"},
	} {
		out, err := output("", "debugfs", "-R", c.request, image)
		if err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%swant %s", c.request, err, out, c.want)
		}
	}
	if err := addTree(filepath.Join(dir, "disk"), image); err == nil {
		t.Error("files that are there were written again")
	}
}

// TestBuild has a file found on a disk, by its text.
func TestBuild(t *testing.T) {
	t.Setenv("PATH", os.Getenv("PATH")+sbin)
	frametest.RequireTool(t, "mke2fs")
	const text = "what is on the disk"
	image, err := disk{text: map[string]string{"b": text}, empty: []string{"c"}}.build(t.TempDir(), "4M")
	if err != nil {
		t.Fatal(err)
	}
	out, err := output("", "debugfs", "-R", "cat b", image)
	if err != nil || out != text {
		t.Errorf("%q, %v", out, err)
	}
}

package initramfstools

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

// TestHook has what keeps the program out of an image, and never an image from
// being made. (make test-boot has the images that it is in.)
func TestHook(t *testing.T) {
	requireTool(t)
	for _, tt := range []struct{ name, conf, says string }{
		{"not asked for", "", ""},
		{"as it is installed", read(t, "conf.d/netkmsg"), ""},
		{"without the program", "NETKMSG=y\nNETKMSG_RESCUE=/none\n",
			"W: netkmsg: no program netkmsg-rescue at /none: the initramfs will send no log (install it, or name it by NETKMSG_RESCUE= in "},
	} {
		conf, image := t.TempDir(), t.TempDir()
		if tt.conf != "" {
			if err := configure(conf, tt.conf); err != nil {
				t.Fatal(err)
			}
		}
		out, err := hook(conf, image, "list")
		if err != nil || !strings.HasPrefix(string(out), tt.says) || (tt.says == "") != (len(out) == 0) {
			t.Errorf("%s: %v, %q", tt.name, err, out)
		}
		if es, err := os.ReadDir(image); err != nil || len(es) > 0 {
			t.Errorf("%s: %v in the image, %v", tt.name, es, err)
		}
	}
}

// TestHookModules has the tool's functions look for drivers in each way that
// MODULES asks for, of a kernel that is not there: the program is in the image
// all the same.
func TestHookModules(t *testing.T) {
	requireTool(t)
	conf := t.TempDir()
	rescue := filepath.Join(conf, "rescue")
	if err := os.WriteFile(rescue, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := configure(conf, "NETKMSG=y\nNETKMSG_RESCUE="+rescue+"\n"); err != nil {
		t.Fatal(err)
	}
	for _, modules := range []string{"most", "dep", "list", "netboot"} {
		image := t.TempDir()
		out, err := hook(conf, image, modules)
		fi, serr := os.Stat(filepath.Join(image, "usr/bin/netkmsg-rescue"))
		if err != nil || len(out) > 0 || serr != nil || fi.Mode().Perm() != 0o755 {
			t.Errorf("MODULES=%s: %v, %q, %v", modules, err, out, serr)
		}
	}
}

// TestPrereqs: the tool asks each script what is to be run before it.
func TestPrereqs(t *testing.T) {
	for _, script := range []string{"hooks/netkmsg", "scripts/init-top/netkmsg"} {
		out, err := exec.Command(script, "prereqs").CombinedOutput()
		if err != nil || string(out) != "\n" {
			t.Errorf("%s: %v, %q", script, err, out)
		}
	}
}

func requireTool(t *testing.T) {
	t.Helper()
	const functions = "/usr/share/initramfs-tools/hook-functions"
	_, err := os.Stat(functions)
	frametest.Require(t, err == nil, functions+" (package initramfs-tools-core)")
}

func configure(dir, content string) error {
	if err := os.Mkdir(filepath.Join(dir, "conf.d"), 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "conf.d/netkmsg"), []byte(content), 0o644)
}

// hook runs the hook as mkinitramfs does.
func hook(conf, image, modules string) ([]byte, error) {
	cmd := exec.Command("hooks/netkmsg")
	cmd.Env = append(os.Environ(), "CONFDIR="+conf, "DESTDIR="+image, "MODULES="+modules, "MODULESDIR=/lib/modules/0", "verbose=n", "version=0")
	return cmd.CombinedOutput()
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

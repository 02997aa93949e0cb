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
	const functions = "/usr/share/initramfs-tools/hook-functions"
	_, err := os.Stat(functions)
	frametest.Require(t, err == nil, functions+" (package initramfs-tools-core)")
	for _, tt := range []struct{ name, conf, says string }{
		{"not asked for", "", ""},
		{"as it is installed", read(t, "conf.d/netkmsg"), ""},
		{"without the program", "NETKMSG=y\nNETKMSG_RESCUE=/none\n",
			"W: netkmsg: no program netkmsg-rescue at /none: the initramfs will send no log (install it, or name it by NETKMSG_RESCUE= in "},
	} {
		conf, image := t.TempDir(), t.TempDir()
		if tt.conf != "" {
			if err := os.Mkdir(filepath.Join(conf, "conf.d"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(conf, "conf.d/netkmsg"), []byte(tt.conf), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("hooks/netkmsg")
		cmd.Env = append(os.Environ(), "CONFDIR="+conf, "DESTDIR="+image, "MODULES=list", "verbose=n", "version=0")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), tt.says) || (tt.says == "") != (len(out) == 0) {
			t.Errorf("%s: %v, %q", tt.name, err, out)
		}
		if es, err := os.ReadDir(image); err != nil || len(es) > 0 {
			t.Errorf("%s: %v in the image, %v", tt.name, es, err)
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

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

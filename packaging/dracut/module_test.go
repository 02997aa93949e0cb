package dracut

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netkmsg/frame/frametest"
)

// functions are those of dracut that the module calls. They say what is asked
// of them.
const functions = `
dinfo() { echo "info $*"; }
inst_simple() { echo "file $*"; }
inst_multiple() { echo "programs $*"; }
inst_hook() { echo "hook $*"; }
dracut_module_included() { [[ " $included " == *" $1 "* ]]; }
systemctl() { echo "systemctl $*"; }
moddir=/m systemdsystemunitdir=/u initdir=/i SYSTEMCTL=systemctl
`

// TestModule asks the module whether it is to be in an image, and has it put
// there, with and without the module systemd.
func TestModule(t *testing.T) {
	bash := frametest.RequireTool(t, "bash")
	rescue := filepath.Join(t.TempDir(), "rescue")
	if err := os.WriteFile(rescue, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, vars, call string
		status           int
		want             string
	}{
		{"who asks for it", "netkmsg_rescue=" + rescue, "check", 255, ""},
		{"without the program", "netkmsg_rescue=/none", "check", 1,
			"info netkmsg: no program netkmsg-rescue at /none: install it, or name it by netkmsg_rescue= in /etc/dracut.conf.d\n"},
		{"scripts", "included=base netkmsg_rescue=" + rescue, "install", 0,
			"file " + rescue + " /usr/bin/netkmsg-rescue\nprograms mkdir\nhook cmdline 00 /m/netkmsg.sh\n"},
		{"systemd", "included='base systemd' netkmsg_rescue=" + rescue, "install", 0,
			"file " + rescue + " /usr/bin/netkmsg-rescue\nfile /u/netkmsg-initramfs.service\n" +
				"systemctl -q --root /i add-wants sysinit.target netkmsg-initramfs.service\n"},
	} {
		cmd := exec.Command(bash, "-c", functions+tt.vars+"\n. 95netkmsg/module-setup.sh && "+tt.call)
		var diag strings.Builder
		cmd.Stderr = &diag
		out, err := cmd.Output()
		if d := cmp.Diff(tt.want, string(out)); d != "" || cmd.ProcessState.ExitCode() != tt.status || diag.Len() > 0 {
			t.Errorf("%s: %v %s %s", tt.name, err, d, &diag)
		}
	}
}

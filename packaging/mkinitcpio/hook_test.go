package mkinitcpio

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"netkmsg/frame/frametest"
)

// functions are those of mkinitcpio that the hook calls. They say what is asked
// of them; of a kernel's drivers, which would be taken.
const functions = `
add_binary() { echo "binary $*"; [[ $1 != */missing ]]; }
add_module() { echo "module $*"; }
add_checked_modules() {
	local drivers=/lib/modules/6.1.0/kernel/drivers
	printf "$drivers/%s\n" net/ethernet/intel/e1000e/e1000e.ko.zst net/virtio_net.ko net/xen-netfront.ko.xz \
		net/wireless/ath/ath.ko net/dummy.ko net/phy/realtek.ko net/usb/r8152.ko net/hyperv/hv_netvsc.ko block/virtio_blk.ko |
		grep -E "$@" | sed 's|.*/drivers/|driver |'
}
add_runscript() { echo runscript; }
add_symlink() { echo "symlink $*"; }
`

// TestBuild runs the build hook with and without the hook systemd before it.
func TestBuild(t *testing.T) {
	bash := frametest.RequireTool(t, "bash")
	const systemd = `add_systemd_unit() { echo "unit $*"; }` + "\n"
	drivers := []string{
		"module af_packet?", "driver net/ethernet/intel/e1000e/e1000e.ko.zst", "driver net/virtio_net.ko", "driver net/xen-netfront.ko.xz",
		"driver net/phy/realtek.ko", "driver net/usb/r8152.ko", "driver net/hyperv/hv_netvsc.ko",
	}
	for _, tt := range []struct {
		name, before string
		binary       string
		then         []string
		failed       bool
	}{
		{"scripts", "", "netkmsg-rescue", append(drivers, "runscript"), false},
		{"systemd", systemd, "netkmsg-rescue", append(drivers, "unit netkmsg-initramfs.service",
			"symlink /usr/lib/systemd/system/sysinit.target.wants/netkmsg-initramfs.service ../netkmsg-initramfs.service"), false},
		{"elsewhere", "NETKMSG_RESCUE=/opt/rescue\n", "/opt/rescue", append(drivers, "runscript"), false},
		{"missing", "NETKMSG_RESCUE=/opt/missing\n", "/opt/missing", nil, true},
	} {
		out, err := exec.Command(bash, "-c", functions+tt.before+". install/netkmsg && build").Output()
		want := append([]string{"binary " + tt.binary + " /usr/bin/netkmsg-rescue"}, tt.then...)
		if d := cmp.Diff(want, strings.Split(strings.TrimSpace(string(out)), "\n")); d != "" || (err != nil) != tt.failed {
			t.Errorf("%s: %v %s", tt.name, err, d)
		}
	}
}

package pid1

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSuccessors(t *testing.T) {
	fallback := [][]string{{"/init"}, {"/sbin/init"}, {"/etc/init"}, {"/bin/init"}, {"/bin/sh"}}
	for _, c := range []struct {
		name string
		args []string
		self string
		want [][]string
	}{
		{"none", []string{"/netkmsg-rescue"}, "/netkmsg-rescue", fallback},
		{"given", []string{"/netkmsg-rescue", "/lib/systemd/systemd", "--unit=rescue.target"}, "/netkmsg-rescue",
			append([][]string{{"/lib/systemd/systemd", "--unit=rescue.target"}}, fallback...)},
		{"behind words of others", []string{"/netkmsg-rescue", "splash", "/sbin/init", "3"}, "/netkmsg-rescue",
			append([][]string{{"/sbin/init", "3"}}, fallback...)},
		{"called init", []string{"/init", "/init"}, "/init", fallback[1:]},
		{"called init by a link", []string{"/init"}, "/netkmsg-rescue", fallback[1:]},
	} {
		if d := cmp.Diff(c.want, Successors(c.args, c.self)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestIs(t *testing.T) {
	for _, c := range []struct {
		pid        int
		args       []string
		path, host bool
		want       bool
	}{
		{1, []string{"/netkmsg-rescue"}, false, false, true},                     // /proc is not mounted
		{1, []string{"/netkmsg-rescue"}, true, false, false},                     // a container's
		{1, []string{"/usr/bin/netkmsg-rescue", "/sbin/init"}, true, true, true}, // handed over to by an initramfs
		{1, []string{"/init"}, true, false, true},
		{1, []string{"init", "/sbin/init"}, true, false, true},
		{2, []string{"/init"}, false, true, false},
		{1, nil, false, true, false},
	} {
		if got := Is(c.pid, c.args, c.path, c.host); got != c.want {
			t.Errorf("%d %q PATH %v host %v: %v", c.pid, c.args, c.path, c.host, got)
		}
	}
}

func TestModuleParams(t *testing.T) {
	for _, c := range []struct{ cmdline, path, want string }{
		{"quiet ramoops.mem_address=0x1f000000 ramoops.mem_size=0x100000 x=ramoops.y=1", "/netkmsg.d/ramoops.ko",
			"mem_address=0x1f000000 mem_size=0x100000"},
		{"virtio-net.napi_tx=0", "/netkmsg.d/virtio_net.ko.xz", "napi_tx=0"},
		{`usbcore.quirks="a b"`, "usbcore.ko", `quirks="a b"`},
		{"virtio.x=1", "/netkmsg.d/virtio_net.ko", ""},
		{"-- virtio.x=1", "/virtio.ko", ""},
	} {
		if got := moduleParams(c.cmdline, c.path); got != c.want {
			t.Errorf("%q, %s: got %q, want %q", c.cmdline, c.path, got, c.want)
		}
	}
}

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame/frametest"
)

// A wall is a firewall that lets no UDP in, or none out, and has a rule of its
// own against port 6666.
type wall func(t *testing.T, e *frametest.End, way string)

var walls = map[string]wall{"nft": nftWall, "iptables": iptablesWall, "ufw": ufwWall, "firewalld": firewalldWall}

func nftWall(t *testing.T, e *frametest.End, way string) {
	rules(t, e, "table inet filter { chain "+way+" { type filter hook "+way+" priority 0; policy drop; meta l4proto ipv6-icmp accept; udp dport 6666 drop; }; }")
}

func iptablesWall(t *testing.T, e *frametest.End, way string) {
	chain := strings.ToUpper(way)
	for _, tool := range []string{"iptables-restore", "ip6tables-restore"} {
		c := e.Command(frametest.RequireTool(t, tool), "-w")
		c.Stdin = strings.NewReader("*filter\n:" + chain + " DROP [0:0]\n-A " + chain + " -p ipv6-icmp -j ACCEPT\n-A " + chain + " -p udp --dport 6666 -j DROP\nCOMMIT\n")
		out, err := c.CombinedOutput()
		frametest.Require(t, err == nil, tool+" that works: "+string(out))
	}
}

func ufwWall(t *testing.T, e *frametest.End, way string) {
	ufw := frametest.RequireTool(t, "ufw")
	hide(t, "/run")
	given := map[string]string{}
	for _, pattern := range []string{"/usr/share/ufw/*.rules", "/usr/share/ufw/*.init", "/usr/share/ufw/ufw.conf"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			given[filepath.Base(path)] = string(fileBytes(t, path))
		}
	}
	frametest.Require(t, given["before6.rules"] != "", "ufw's own rules in /usr/share/ufw")
	policies := map[string]string{"input": "ACCEPT", "output": "ACCEPT", way: "DROP"}
	// Without sysctl.conf, which is none of the test's business.
	replace(t, "/etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY="+policies["input"]+"\nDEFAULT_OUTPUT_POLICY="+policies["output"]+
		"\nDEFAULT_FORWARD_POLICY=DROP\nDEFAULT_APPLICATION_POLICY=SKIP\nMANAGE_BUILTINS=no\nIPT_SYSCTL=\nIPT_MODULES=\n")
	hide(t, "/etc/ufw")
	fill(t, "/etc/ufw", given)
	if err := os.Mkdir("/etc/ufw/applications.d", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--force", "enable"}, {"deny", strings.TrimSuffix(way, "put"), "6666/udp"}} {
		out, err := e.Command(ufw, args...).CombinedOutput()
		frametest.Require(t, err == nil, fmt.Sprintf("a ufw that works: ufw %v: %s", args, out))
	}
}

// firewalldWall has devices that are in no zone belong to one that drops. What
// goes out it stops in both ways that firewalld has.
func firewalldWall(t *testing.T, e *frametest.End, way string) {
	daemon, bus := frametest.RequireTool(t, "firewalld"), frametest.RequireTool(t, "dbus-daemon")
	frametest.RequireTool(t, "firewall-cmd")
	for _, dir := range []string{"/run", "/var/log", "/etc/firewalld"} {
		hide(t, dir)
	}
	fill(t, "/etc/firewalld", map[string]string{"firewalld.conf": "DefaultZone=drop\nFirewallBackend=nftables\n"})
	const drop = `<rule><port port="6666" protocol="udp"/><drop/></rule>`
	fill(t, "/etc/firewalld", map[string]string{"zones/drop.xml": `<zone target="DROP">` + drop + `</zone>`})
	if way == "output" {
		fill(t, "/etc/firewalld", map[string]string{
			"direct.xml": `<direct><rule ipv="ipv4" table="filter" chain="OUTPUT" priority="0">-p udp -j DROP</rule>` +
				`<rule ipv="ipv6" table="filter" chain="OUTPUT" priority="0">-p udp -j DROP</rule></direct>`,
			"policies/out.xml": `<policy target="DROP"><ingress-zone name="HOST"/><egress-zone name="ANY"/><protocol value="ipv6-icmp"/>` + drop + `</policy>`,
		})
	}
	fill(t, "/run", map[string]string{"bus.conf": `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" ` +
		`"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd"><busconfig><listen>unix:path=/run/bus</listen><auth>EXTERNAL</auth>` +
		`<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`})
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/run/bus")
	if err := e.Command(bus, "--config-file=/run/bus.conf", "--nofork", "--nopidfile").Start(); err != nil {
		t.Fatal(err)
	}
	d := e.Command(daemon, "--nofork", "--nopid")
	says := &diary{more: make(chan struct{})}
	d.Stdout, d.Stderr = says, says
	until(t, "the bus", func() bool { _, err := os.Stat("/run/bus"); return err == nil })
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	var state string
	defer func() {
		if t.Failed() {
			t.Logf("firewalld is %s\n%s", state, says)
		}
	}()
	until(t, "firewalld", func() bool {
		out, err := e.Command(frametest.RequireTool(t, "firewall-cmd"), "--state").CombinedOutput()
		state = string(out)
		return err == nil
	})
}

// until asks again and again.
func until(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !ready(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s is not ready after %v", what, limit)
		}
	}
}

// hide puts an empty directory in front of one, for this test process alone
// (see frametest.WithMounts) and until the test ends.
func hide(t *testing.T, dir string) {
	t.Helper()
	overlay(t, dir, func() error { return unix.Mount("netkmsg-test", dir, "tmpfs", 0, "mode=755") })
}

// replace does it with a file.
func replace(t *testing.T, path, content string) {
	t.Helper()
	with := file(t, content)
	overlay(t, path, func() error { return unix.Mount(with, path, "", unix.MS_BIND, "") })
}

func overlay(t *testing.T, path string, mount func() error) {
	t.Helper()
	if err := mount(); err != nil {
		frametest.Require(t, false, "the right to mount over "+path+": "+err.Error())
	}
	t.Cleanup(func() {
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", path, err)
		}
	})
}

func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

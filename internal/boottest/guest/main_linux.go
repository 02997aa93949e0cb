// Guest is the real init of the machines of the boot test: it says in the
// kernel's log that the hand-over worked, and does what the kernel's command
// line asks for with boottest=.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"netkmsg/internal/netconsole"
)

func main() {
	if role, ok := roles[filepath.Base(os.Args[0])]; ok {
		fmt.Fprintln(os.Stderr, role())
		os.Exit(1)
	}
	if onDisk(os.Args) {
		fmt.Println("boottest: hand over to the disk:", handOver(os.Args[1:])) // it came back
	} else if err := run(); err != nil {
		say("boottest: failed: " + err.Error())
	}
	for { // a first process that ends is a panic
		_ = unix.Pause()
	}
}

func run() error {
	say(fmt.Sprintf("boottest: process %d is the real init", os.Getpid()))
	cmdline, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return err
	}
	switch what, _ := netconsole.Param(string(cmdline), "boottest"); what {
	case "kernel": // the kernel's own netconsole beside ours
		line, _ := netconsole.Param(string(cmdline), "boottest.line")
		if err := load("/netconsole.ko", "netconsole="+line); err != nil {
			return err
		}
		say("boottest: both have it")
	case "panic":
		if _, err := os.Stat("/sys/module/ramoops"); err != nil {
			return err
		}
		if again() {
			break
		}
		say("boottest: about to crash")
		return os.WriteFile("/proc/sysrq-trigger", []byte("c"), 0)
	case "storm":
		if err := new(storm).run(); err != nil {
			return err
		}
	case "kdump":
		if err := sysrq(); err != nil {
			return err
		}
		return kdump("console=ttyS0 net.ifnames=0 nr_cpus=1 reset_devices boottest=capture netkmsg.flags=--last-crash netkmsg=" + far)
	case "capture":
		if err := capture(); err != nil {
			return err
		}
	case "takeover":
		if err := takeOver(); err != nil {
			return err
		}
	case "devices":
		if err := test(); err != nil {
			return err
		}
	}
	say("boottest: done")
	return nil
}

// test runs tests, and tells which of them passed.
func test() error {
	for _, dir := range []string{"/tmp", "/run"} {
		if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
			return err
		}
	}
	cmd := exec.Command("/targets.test", "-test.v", "-test.run", "TestStacked|TestVLAN|TestBond|TestVRF")
	cmd.Env = []string{"PATH=/sbin", "NETKMSG_REQUIRE=all"}
	out, err := cmd.CombinedOutput()
	os.Stdout.Write(out)
	for line := range strings.Lines(string(out)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "--- PASS: "); ok && !strings.HasPrefix(name, "TestStacked ") && !strings.HasPrefix(name, "TestVLAN ") {
			say("boottest: PASS " + name)
		}
	}
	return err
}

// again reports whether an earlier boot left a crash behind.
func again() bool {
	es, _ := os.ReadDir("/sys/fs/pstore")
	for _, e := range es {
		if strings.HasPrefix(e.Name(), "dmesg-") {
			return true
		}
	}
	return false
}

func load(path, params string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.FinitModule(int(f.Fd()), params, 0); err != nil {
		return fmt.Errorf("load %s: %w", path, err)
	}
	return nil
}

// say writes a record to the kernel's log.
func say(s string) {
	f, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	if err != nil {
		fmt.Println(s, err)
		return
	}
	defer f.Close()
	fmt.Fprintf(f, "<6>%s\n", s)
}

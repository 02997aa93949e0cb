package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The targets in the kernel after the crash, of our reader of its memory and
// of the file that vmcore-dmesg makes.
const (
	far    = "+@/eth0,6667@fe80::2/"
	beside = "+@/eth0,6668@fe80::2/"
)

// kdump loads a kernel for the case of a crash, and crashes.
func kdump(cmdline string) error {
	if _, err := command(0, "kexec", "-p", "-s", "/vmlinuz", "--initrd=/capture.cpio", "--command-line="+cmdline); err != nil {
		return err
	}
	if loaded, err := os.ReadFile("/sys/kernel/kexec_crash_loaded"); err != nil || string(loaded) != "1\n" {
		return fmt.Errorf("no kernel is loaded for a crash: %q, %v", loaded, err)
	}
	say("boottest: about to crash")
	_, err := command(0, "netkmsg", "test", "--kmsg", "--sysrq", "c", "--force", near)
	return fmt.Errorf("the machine did not crash: %w", err)
}

// capture is in the kernel that the crashed one started: it keeps what that
// one's memory has of its log, as kdump-tools does, and sends that too.
func capture() error {
	const path = "/var/crash/boottest/vmcore-dmesg.txt"
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	read := exec.Command("/sbin/vmcore-dmesg", "/proc/vmcore")
	read.Stdout, read.Stderr = f, os.Stderr
	if err := errors.Join(read.Run(), f.Close()); err != nil {
		return fmt.Errorf("vmcore-dmesg: %w", err)
	}
	send := exec.Command("/init", "--last-crash=only", beside)
	send.Stdout, send.Stderr = os.Stdout, os.Stderr
	return send.Run()
}

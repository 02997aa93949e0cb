package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// near is the target whose receiver is in this machine, at the other end of a
// cable that is plugged in after the start.
const near = "+@/veth0,@fe80::b/"

// sysrq has keys pressed by netkmsg test: a harmless one, and one that it
// refuses to press.
func sysrq() error {
	if err := os.MkdirAll("/run", 0o755); err != nil {
		return err
	}
	for _, c := range []string{
		"netns add far",
		"link add veth0 type veth peer name veth1 netns far",
		"-n far address add fe80::b/64 dev veth1 nodad",
		"-n far link set veth1 up",
		"link set veth0 up",
	} {
		if _, err := command(0, "ip", strings.Fields(c)...); err != nil {
			return err
		}
	}
	listen := exec.Command("/sbin/ip", "netns", "exec", "far", "/sbin/netkmsg", "listen", "--answer")
	listen.Stdout, listen.Stderr = os.Stdout, os.Stderr
	if err := listen.Start(); err != nil {
		return err
	}
	// Until the receiver answers, and the sender has found its device.
	if _, err := command(0, "netkmsg", "test", "--count", "1", "--timeout", "20s", near); err != nil {
		return err
	}
	if _, err := command(2, "netkmsg", "test", "--kmsg", "--sysrq", "c", near); err != nil {
		return err
	}
	_, err := command(0, "netkmsg", "test", "--kmsg", "--sysrq", "h", "--timeout", "20s", near)
	return err
}

// command runs a program to its end, says what it printed, and returns it.
func command(status int, name string, args ...string) (string, error) {
	c := exec.Command("/sbin/"+name, args...)
	c.Env = []string{"PATH=/sbin"}
	out, err := c.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		say("boottest: " + name + ": " + strings.TrimSuffix(line, "\n"))
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) || err == nil {
		if got := c.ProcessState.ExitCode(); got != status {
			return "", fmt.Errorf("%s %s: exit status %d, want %d", name, strings.Join(args, " "), got, status)
		}
		return string(out), nil
	}
	return "", err
}

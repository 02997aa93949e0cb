//go:build unix

package send

import (
	"fmt"
	"os"
	"syscall"
)

// Background starts the program self as a sender that outlives its caller. The
// @ in front of its name keeps systemd from ending it with the initramfs (its
// convention for the daemons that storage of the root depends on). Where our
// caller's messages go to the kernel log, the sender's go to the console: what it
// says of its sending would have to be sent.
func Background(self string, args []string) error {
	out := os.Stderr
	if isLog(out) {
		f, err := os.OpenFile("/dev/console", os.O_WRONLY|syscall.O_NOCTTY, 0)
		if err != nil {
			f, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		}
		if err != nil {
			return fmt.Errorf("start sending: where its messages go: %w", err)
		}
		defer f.Close()
		out = f
	}
	argv := append([]string{"@netkmsg-rescue"}, args...)
	_, err := syscall.ForkExec(self, argv, &syscall.ProcAttr{ // as package os/exec is large
		Env:   os.Environ(),
		Files: []uintptr{0, 1, out.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return fmt.Errorf("start sending: %s: %w", self, err)
	}
	return nil
}

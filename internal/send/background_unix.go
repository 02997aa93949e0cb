//go:build unix

package send

import (
	"fmt"
	"os"
	"syscall"
)

// Background starts the program self as a sender that outlives its caller. The
// @ in front of its name keeps systemd from ending it with the initramfs (its
// convention for the daemons that storage of the root depends on).
func Background(self string, args []string) error {
	argv := append([]string{"@netkmsg-rescue"}, args...)
	_, err := syscall.ForkExec(self, argv, &syscall.ProcAttr{ // as package os/exec is large
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return fmt.Errorf("start sending: %s: %w", self, err)
	}
	return nil
}

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// takeOver starts the system's own sender, as packaging/systemd has it, and
// returns once it goes on where the initramfs's ended. Its records are marked.
func takeOver() error {
	cmd := exec.Command("/usr/bin/netkmsg-rescue", "--wait", "--cursor", "/run/netkmsg-send/cursor", "--userdata", "sender=system")
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stderr = w
	if err := cmd.Start(); err != nil {
		return err
	}
	w.Close()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fmt.Println(lines.Text())
		if strings.Contains(lines.Text(), "going on where the last run ended") {
			go func() {
				for lines.Scan() {
					fmt.Println(lines.Text())
				}
			}()
			return nil
		}
	}
	return fmt.Errorf("the system's sender ended: %w", cmd.Wait())
}

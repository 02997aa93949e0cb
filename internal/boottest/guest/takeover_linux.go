package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

const cursor = "/run/netkmsg-send/cursor"

// takeOver starts the system's own sender, as packaging/systemd has it, once
// that of the initramfs has sent something, and returns when it sends. Its
// records are marked.
func takeOver() error {
	for {
		if fi, err := os.Stat(cursor); err == nil && fi.Size() > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	cmd := exec.Command("/usr/bin/netkmsg-rescue", "--wait", "--cursor", cursor, "--userdata", "sender=system")
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
		if strings.Contains(lines.Text(), "network logging started") {
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

//go:build !linux

package send

import (
	"errors"
	"time"
)

func uptime() time.Duration { return 0 }

func release() (string, error) {
	return "", errors.New("this host has no Linux kernel: give --release")
}

// PrintkTime reports whether this kernel's consoles show time stamps.
func PrintkTime() bool { return true }

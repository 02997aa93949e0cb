package send

import (
	"bytes"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// uptime is the age of the clock that stamps log records (printk's
// local_clock runs with CLOCK_MONOTONIC).
func uptime() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// release is what `uname -r` prints.
func release() (string, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "", err
	}
	return unix.ByteSliceToString(u.Release[:]), nil
}

// PrintkTime reports whether this kernel's consoles show time stamps.
func PrintkTime() bool {
	b, err := os.ReadFile("/sys/module/printk/parameters/time")
	return err != nil || !bytes.HasPrefix(b, []byte("N"))
}

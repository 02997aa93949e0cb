package send

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Admit turns --loglevel into a filter: the kernel's console takes a record
// whose level is below the limit (observed.md: level < L). Nil takes all.
func Admit(s string) (func(level int) bool, error) {
	switch s {
	case "", "all":
		return nil, nil
	case "console":
		c, err := openConsoleLevel("/proc/sys/kernel/printk", "/sys/module/printk/parameters/ignore_loglevel")
		if err != nil {
			return nil, err
		}
		return c.admit, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return nil, usagef("--loglevel %q: want all, console or a number: records with a lower level are sent, so 8 sends all and 4 errors and worse", s)
	}
	return func(level int) bool { return level < n }, nil
}

// consoleLevel follows the kernel's own console log level. Its files stay
// open, so that it goes on working after they are unmounted.
type consoleLevel struct{ printk, ignore *os.File }

func openConsoleLevel(printk, ignore string) (*consoleLevel, error) {
	p, err := os.Open(printk)
	if err != nil {
		return nil, fmt.Errorf("--loglevel console: %w (mount /proc, or give a number)", err)
	}
	i, _ := os.Open(ignore) // absent without /sys: the level alone decides
	return &consoleLevel{p, i}, nil
}

func (c *consoleLevel) admit(level int) bool {
	var buf [64]byte
	if c.ignore != nil {
		if n, _ := c.ignore.ReadAt(buf[:], 0); n > 0 && buf[0] == 'Y' {
			return true
		}
	}
	n, _ := c.printk.ReadAt(buf[:], 0)
	first, _, _ := strings.Cut(string(buf[:n]), "\t")
	limit, err := strconv.Atoi(first)
	return err != nil || level < limit // when in doubt the record goes out
}

package main

import (
	"fmt"
	"strconv"
	"strings"
)

// resident finds in the text of /proc/PID/status how much memory a process has, in bytes.
func resident(text string) (int, error) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 3 && f[0] == "VmRSS:" && f[2] == "kB" {
			n, err := strconv.Atoi(f[1])
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("VmRSS is not in %q", text)
}

// logged finds a counter in the last line of a log that has it: key=123.
func logged(text, key string) (n int, err error) {
	i := strings.LastIndex(text, " "+key+"=")
	if i < 0 {
		return 0, fmt.Errorf("%s is not in %q", key, text)
	}
	value := text[i+len(key)+2:]
	if end := strings.IndexAny(value, " \n"); end >= 0 {
		value = value[:end]
	}
	return strconv.Atoi(value)
}

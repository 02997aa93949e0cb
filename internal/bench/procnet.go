package main

import (
	"strconv"
	"strings"
)

// transmitted finds in the text of /proc/net/dev how many frames a device's driver has taken: those that it sent, and
// those that it dropped, because the peer's queue was full, without telling the sender.
func transmitted(text, dev string) (n int, ok bool) {
	const packets, drops = 9, 11 // after eight columns about receiving and the bytes sent
	for line := range strings.Lines(text) {
		name, counters, _ := strings.Cut(strings.TrimSpace(line), ":")
		f := strings.Fields(counters)
		if name != dev || len(f) <= drops {
			continue
		}
		sent, err := strconv.Atoi(f[packets])
		dropped, err2 := strconv.Atoi(f[drops])
		return sent + dropped, err == nil && err2 == nil
	}
	return 0, false
}

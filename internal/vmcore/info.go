package vmcore

import (
	"fmt"
	"strconv"
	"strings"
)

// info is the text of the note VMCOREINFO: lines such as OSRELEASE=6.1.0 or
// OFFSET(printk_info.seq)=0.
type info struct {
	text   string
	failed error // the first that was missing
}

func (i *info) value(key string) (string, bool) {
	for line := range strings.Lines(i.text) {
		if k, v, ok := strings.Cut(strings.TrimRight(line, "\n\x00"), "="); ok && k == key {
			return v, true
		}
	}
	return "", false
}

func (i *info) number(key string, base int) uint64 {
	v, ok := i.value(key)
	n, err := strconv.ParseUint(v, base, 64)
	if i.failed == nil && (!ok || err != nil) {
		i.failed = fmt.Errorf("its VMCOREINFO has no %s (of kernels before 5.10 the log is not understood: vmcore-dmesg reads it)", key)
	}
	return n
}

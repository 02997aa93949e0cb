package main

import (
	"bytes"
	"fmt"
	"strings"

	"netkmsg/kmsg"
)

// whole checks that extended payloads are the records from the first one on,
// without a gap, and returns how many of them there are.
func whole(payloads []string) (int, error) {
	next := uint64(0)
	for _, p := range payloads {
		r, err := kmsg.Parse([]byte(p))
		if err != nil {
			return 0, fmt.Errorf("payload %q: %w", p, err)
		}
		if r.Seq != next {
			return 0, fmt.Errorf("record %d came after %d records, want %d", r.Seq, next, next)
		}
		next++
	}
	return len(payloads), nil
}

// has reports whether a payload has the text in it.
func has(payloads []string, text string) bool {
	for _, p := range payloads {
		if bytes.Contains([]byte(p), []byte(text)) {
			return true
		}
	}
	return false
}

// same checks that the payloads which two senders made of the same records are
// the same bytes, and returns how many records both had.
func same(ours, kernels []string) (int, error) {
	have := map[string]bool{}
	for _, p := range ours {
		have[p] = true
	}
	for _, p := range kernels {
		if !have[p] {
			return 0, fmt.Errorf("of the kernel's netconsole only: %q", strings.TrimSuffix(p, "\n"))
		}
	}
	return len(kernels), nil
}

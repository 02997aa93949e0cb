package main

import (
	"bytes"
	"fmt"
	"slices"
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

// shutdown is what a Debian logs when it goes off, as late as its last unit and
// the program that ends what is left then.
var shutdown = []string{
	"boottest: stop 1\n", "boottest: stop 20\n", "Reached target umount.target", "boottest: late 1\n", "boottest: late 20\n",
	"Reached target final.target", "Shutting down.", "Sending SIGTERM to remaining processes...", "Sending SIGKILL to remaining processes...",
}

// untilOff checks that the payloads are a log from its first record to the end
// of a shutdown, without a gap and with these texts too, and returns how many
// they are.
func untilOff(payloads []string, texts ...string) (int, error) {
	for _, p := range payloads {
		if strings.Contains(p, "boottest: failed") {
			return 0, fmt.Errorf("the machine said: %s", p)
		}
	}
	n, err := whole(payloads)
	if err == nil {
		err = all(payloads, append(texts, shutdown...)...)
	}
	return n, err
}

// all checks that each of the texts is in a payload.
func all(payloads []string, texts ...string) error {
	for _, text := range texts {
		if !has(payloads, text) {
			return fmt.Errorf("%q is not among %d records", text, len(payloads))
		}
	}
	return nil
}

// origins parts the records of the running kernel from those of a crash.
func origins(payloads []string) (own, crash []string) {
	for _, p := range payloads {
		if strings.Contains(p, "\n NETKMSG_ORIGIN=") {
			crash = append(crash, p)
		} else {
			own = append(own, p)
		}
	}
	return own, crash
}

// text is that of the last of the payloads. Which one it is depends on when the
// emulator ends.
func text(payloads []string) string {
	if len(payloads) == 0 {
		return "none"
	}
	_, text, _ := strings.Cut(payloads[len(payloads)-1], ";")
	text, _, _ = strings.Cut(text, "\n")
	return fmt.Sprintf("%q", text)
}

// takenOver returns the number of the first payload of the system's sender, which
// has userdata to tell it from the initramfs's. Both must have sent, one after
// the other.
func takenOver(payloads []string) (first int, err error) {
	const mark = "\n sender=system\n"
	first = slices.IndexFunc(payloads, func(p string) bool { return strings.Contains(p, mark) })
	switch {
	case first <= 0:
		err = fmt.Errorf("one of the two senders sent nothing: the system's has sent from record %d on", first)
	case slices.ContainsFunc(payloads[first:], func(p string) bool { return !strings.Contains(p, mark) }):
		err = fmt.Errorf("the initramfs's sender did not end when the system's took over")
	}
	return first, err
}

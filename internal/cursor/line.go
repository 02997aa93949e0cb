// Package cursor keeps in a file how far each target of a run has got in the
// kernel's log, so that the next run goes on there.
//
// A cursor counts for one boot of the kernel: sequence numbers begin anew with
// the next. What must be survived is therefore the end of the process at any
// moment, and never that of the machine, so that nothing is ever synced: what
// write(2) has taken stays.
package cursor

import (
	"fmt"
	"strconv"
	"strings"
)

// lineLen is the length of a target's line in bytes. It divides a page: the
// kernel copies a write within one page without an end in between.
const lineLen = 512

// A State is how far a target has got.
type State struct {
	// Next is the number of the first record that has no outcome for certain.
	Next uint64
	// Doubt is where certainty begins again: records from Next up to it, not
	// included, were being sent. It is never less than Next.
	Doubt uint64
}

// line is a target's line.
type line struct {
	boot, target string
	State
}

func (l line) append(b []byte) []byte {
	n := len(b)
	b = append(append(b, "boot="...), l.boot...)
	b = strconv.AppendUint(append(b, " next="...), l.Next, 10)
	b = strconv.AppendUint(append(b, " doubt="...), l.Doubt, 10)
	b = append(append(b, " target="...), l.target...)
	for len(b) < n+lineLen-1 {
		b = append(b, ' ')
	}
	return append(b, '\n')
}

func parseLine(s string) (l line, ok bool) {
	f := strings.Fields(s)
	if len(s) != lineLen || len(f) != 4 {
		return l, false
	}
	next := ""
	doubt := ""
	for i, to := range []struct {
		key   string
		value *string
	}{{"boot=", &l.boot}, {"next=", &next}, {"doubt=", &doubt}, {"target=", &l.target}} {
		if *to.value, ok = strings.CutPrefix(f[i], to.key); !ok {
			return l, false
		}
	}
	var err1, err2 error
	l.Next, err1 = strconv.ParseUint(next, 10, 64)
	l.Doubt, err2 = strconv.ParseUint(doubt, 10, 64)
	return l, err1 == nil && err2 == nil && l.Next <= l.Doubt && string(l.append(nil)) == s
}

// parse reads a file. A line of zeros has not been written: it is a hole before
// a line that was, or what a machine that died has left.
func parse(b []byte) (ls []line, err error) {
	s := string(b)
	for i := 0; len(s) > 0; i++ {
		var one string
		one, s = s[:min(lineLen, len(s))], s[min(lineLen, len(s)):]
		l, ok := parseLine(one)
		if !ok && strings.Trim(one, "\x00") != "" {
			return nil, fmt.Errorf("line %d is none of a cursor", i+1)
		}
		ls = append(ls, l)
	}
	return ls, nil
}

package realtime

import (
	"strconv"
	"strings"
)

// A mapping is a range of addresses.
type mapping struct{ start, end uintptr }

// readable returns the mappings in the text of /proc/PID/maps that can be read.
func readable(maps string) []mapping {
	var list []mapping
	for line := range strings.Lines(maps) { // START-END rwxp …
		at, rest, _ := strings.Cut(line, " ")
		from, to, ok := strings.Cut(at, "-")
		if ok && strings.HasPrefix(rest, "r") {
			list = append(list, mapping{hex(from), hex(to)})
		}
	}
	return list
}

func hex(s string) uintptr {
	n, _ := strconv.ParseUint(s, 16, 64) // the kernel's own text
	return uintptr(n)
}

const (
	large = 8 << 20 // bytes of a mapping that may be mostly room
	part  = 1 << 20
)

// used returns the parts of a large mapping in which something is, and all of
// another one.
func (m mapping) used(is func(mapping) bool) []mapping {
	if m.end-m.start < large {
		return []mapping{m}
	}
	var list []mapping
	for p := (mapping{m.start, m.start}); p.end < m.end; p.start = p.end {
		p.end = min(p.start+part, m.end)
		if is(p) {
			list = append(list, p)
		}
	}
	return list
}

package lastcrash

import (
	"cmp"
	"time"
)

// A Crash is the log of one dump, oldest line first.
type Crash struct {
	Origin string    // where it was found: "pstore dmesg-ramoops-0", "kdump 202611250312/dmesg.202611250312"
	Reason string    // as the kernel gave it: Panic, Oops, Emergency, …; empty where it is not told
	Time   time.Time // of the newest file
	Text   []byte    // lines as dmesg prints them, each with its newline
	Files  []string  // paths, in the order of the text
}

// A part is one file of a dump.
type part struct {
	path   string
	name   name
	reason string
	count  uint64 // which dump of its boot
	number uint64 // of the part
	time   time.Time
	text   []byte
}

// join makes dumps of parts: those of one backend, reason, count and, roughly,
// time belong together. Where an archive has a copy of a part, one counts.
func join(kind string, parts []*part) []Crash {
	parts = inOrder(parts, func(a, b *part) bool {
		return cmp.Or(cmp.Compare(a.name.backend, b.name.backend), cmp.Compare(a.name.dump(), b.name.dump()),
			cmp.Compare(a.reason, b.reason), cmp.Compare(a.count, b.count), cmp.Compare(b.number, a.number)) < 0
	})
	var list []Crash
	for i := 0; i < len(parts); {
		n := i + 1
		for n < len(parts) && together(parts[i], parts[n]) {
			n++
		}
		list = append(list, glue(kind, parts[i:n]))
		i = n
	}
	return inOrder(list, func(a, b Crash) bool { return a.Time.Before(b.Time) })
}

// inOrder returns a list in order; what is equal keeps its own. The lists are
// short, and package slices' stable sort, made anew for each type, would be 1 %
// of the rescue binary.
func inOrder[T any](list []T, before func(a, b T) bool) []T {
	sorted := make([]T, 0, len(list))
	for _, x := range list {
		i := len(sorted)
		sorted = append(sorted, x)
		for ; i > 0 && before(x, sorted[i-1]); i-- {
			sorted[i] = sorted[i-1]
		}
		sorted[i] = x
	}
	return sorted
}

// apart is how far in time the parts of a dump may lie apart at most, as
// their files tell: they are written one after the other by a dying kernel.
const apart = 2 * time.Minute

func together(a, b *part) bool {
	d := a.time.Sub(b.time)
	return a.number > 0 && b.number > 0 && a.name.backend == b.name.backend && a.name.dump() == b.name.dump() &&
		a.reason == b.reason && a.count == b.count && -apart < d && d < apart
}

func glue(kind string, parts []*part) Crash {
	first := parts[len(parts)-1] // the newest
	c := Crash{Origin: kind + " " + first.name.full, Reason: first.reason}
	last := uint64(0)
	for _, p := range parts {
		c.Files = append(c.Files, p.path)
		if p.time.After(c.Time) {
			c.Time = p.time
		}
		if p.number == last && last > 0 {
			continue // a copy
		}
		last = p.number
		c.Text = append(c.Text, p.text...)
		if n := len(p.text); n > 0 && p.text[n-1] != '\n' {
			c.Text = append(c.Text, '\n')
		}
	}
	return c
}

package kmsg

import "bytes"

// prefix is what stands before every line of a basic record: [<priority>],
// [time], [caller], and a blank after either of the last two (info_print_prefix
// in kernel/printk/printk.c).
type prefix struct {
	len           int
	prio          uint32
	usec          uint64
	id            []byte
	ranked, timed bool
}

func cutPrefix(line []byte) prefix {
	var p prefix
	if len(line) == 0 || line[0] != '<' && line[0] != '[' {
		return p
	}
	prio, rest, ranked := cutPriority(line)
	usec, rest, timed := cutTime(rest)
	id, rest, called := cutCaller(rest)
	if timed || called {
		var ok bool
		if rest, ok = bytes.CutPrefix(rest, blank); !ok {
			return p
		}
	}
	return prefix{len(line) - len(rest), uint32(prio), usec, id, ranked, timed}
}

// appendBasicText appends the lines of text without the prefix, which has n
// bytes on the first line. A line with another beginning stays as it is.
func appendBasicText(dst, text []byte, n int) []byte {
	lead := text[:n]
	for {
		line, rest, more := bytes.Cut(text, newline)
		dst = append(dst, bytes.TrimPrefix(line, lead)...)
		if !more {
			return dst
		}
		dst = append(dst, '\n')
		text = rest
	}
}

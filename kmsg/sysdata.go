package kmsg

import "bytes"

// sysdataAt returns the index in b, the lines after the dictionary, at which the
// sysdata begins.
func sysdataAt(b []byte) int {
	run, last := len(b), 0
	for i := 0; i < len(b); {
		n := entryLen(b[i:])
		rank := sysdataRank(cutEntry(b[i : i+n]))
		switch {
		case rank == 0:
			run = len(b)
		case run == len(b) || rank <= last:
			run = i
		}
		last = rank
		i += n
	}
	return run
}

// sysdataRank returns the place of a sysdata line among its kind, 0 for what is
// none.
func sysdataRank(key, value []byte) int {
	switch string(key) {
	case "cpu":
		if _, ok := counter(value); ok {
			return 1
		}
	case "taskname":
		if value != nil && len(value) <= taskMax {
			return 2
		}
	case "release":
		if 0 < len(value) && len(value) <= releaseMax && printable(value) {
			return 3
		}
	case "msgid":
		if _, ok := counter(value); ok {
			return 4
		}
	}
	return 0
}

// counter reads a number as the kernel's %u writes it.
func counter(b []byte) (uint32, bool) {
	v, ok := decimal(b)
	return uint32(v), ok && v < 1<<32 && (b[0] != '0' || len(b) == 1)
}

var msgidLine = []byte(" msgid=")

// msgID returns the number in the msgid line at the end of a body.
func msgID(body []byte) (uint32, bool) {
	i := bytes.IndexByte(body, '\n') + 1
	return msgIDLine(body[i:])
}

// msgIDLine returns the number in the msgid line at the end of lines.
func msgIDLine(lines []byte) (uint32, bool) {
	lines = bytes.TrimSuffix(lines, newline)
	value, ok := bytes.CutPrefix(lines[bytes.LastIndexByte(lines, '\n')+1:], msgidLine)
	if !ok {
		return 0, false
	}
	return counter(value)
}

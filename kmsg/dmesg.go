package kmsg

import "bytes"

var (
	blank      = []byte(" ")
	facilities = []string{"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
		"res0", "res1", "res2", "res3", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"}
	levels = []string{"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"}
)

// cutPriority cuts <N> off, which dmesg --raw and the console format syslog
// put in front. N is at most 2047, 8 bits of facility and 3 of level.
func cutPriority(b []byte) (prio uint64, rest []byte, ok bool) {
	inner, rest, _ := cutBrackets(b, '<', '>')
	if prio, ok = decimal(inner); !ok || prio > 2047 {
		return 0, b, false
	}
	return prio, rest, true
}

// cutDecoded cuts off what dmesg --decode puts in front, "kern  :info  : ". A
// line that begins otherwise has the default priority.
func cutDecoded(b []byte) (prio uint64, rest []byte) {
	facility, line, ok1 := cutName(b, facilities)
	level, line, ok2 := cutName(line, levels)
	line, ok3 := bytes.CutPrefix(line, blank)
	if !ok1 || !ok2 || !ok3 {
		return defaultPriority, b
	}
	return uint64(facility<<3 | level), line
}

// cutName cuts one of names off, filled up with blanks to six bytes and
// followed by a colon.
func cutName(b []byte, names []string) (index int, rest []byte, ok bool) {
	i := bytes.IndexByte(b[:min(len(b), 16)], ':')
	if i < 6 {
		return 0, b, false
	}
	word := bytes.TrimRight(b[:i], " ")
	for k, name := range names {
		if string(word) == name {
			return k, b[i+1:], true
		}
	}
	return 0, b, false
}

// cutTime cuts "[%5lu.%06lu]" off: seconds and microseconds.
func cutTime(b []byte) (usec uint64, rest []byte, ok bool) {
	inner, rest, ok := cutBrackets(b, '[', ']')
	dot := len(inner) - 7
	if !ok || dot < 1 || inner[dot] != '.' {
		return 0, b, false
	}
	sec, ok1 := decimal(bytes.TrimLeft(inner[:dot], " "))
	usec, ok2 := decimal(inner[dot+1:])
	if !ok1 || !ok2 {
		return 0, b, false
	}
	return sec*1e6 + usec, rest, true
}

// cutCaller cuts "[%6s]" off, a T or a C and a number, and a blank before it.
// Without one, id is nil.
func cutCaller(b []byte) (id, rest []byte, ok bool) {
	inner, rest, ok := cutBrackets(bytes.TrimPrefix(b, blank), '[', ']')
	id = bytes.TrimLeft(inner, " ")
	if !ok || len(inner) < 6 || len(id) == 0 || id[0] != 'T' && id[0] != 'C' {
		return nil, b, false
	}
	if _, ok := decimal(id[1:]); !ok {
		return nil, b, false
	}
	return id, rest, true
}

// cutBrackets cuts off a bracketed word of at most 20 bytes.
func cutBrackets(b []byte, left, right byte) (inner, rest []byte, ok bool) {
	end := bytes.IndexByte(b[:min(len(b), 22)], right)
	if end < 1 || b[0] != left {
		return nil, b, false
	}
	return b[1:end], b[end+1:], true
}

// decimal reads a number of 1 to 12 digits.
func decimal(b []byte) (v uint64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + uint64(c-'0')
	}
	return v, 1 <= len(b) && len(b) <= 12
}

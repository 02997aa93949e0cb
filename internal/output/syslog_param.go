package output

import (
	"strconv"
	"unicode/utf8"

	"netkmsg/kmsg"
)

// paramName reports whether key can be a PARAM-NAME: 1 to 32 printable
// characters but for =, ] and ". The entry of one that cannot is the value of a
// parameter "entry".
func paramName(key []byte) bool {
	for _, c := range key {
		if c <= ' ' || c >= 0x7f || c == '=' || c == ']' || c == '"' {
			return false
		}
	}
	return 1 <= len(key) && len(key) <= 32
}

// param appends a parameter. Control characters, and bytes that are not UTF-8,
// become \xhh as in the kernel's own escapes; the backslash is then escaped as
// RFC 5424 section 6.3.3 has it.
func param(dst []byte, name string, value []byte) []byte {
	dst = append(append(append(dst, ' '), name...), `="`...)
	for len(value) > 0 {
		r, n := utf8.DecodeRune(value)
		switch c := value[0]; {
		case c == '"' || c == '\\' || c == ']':
			dst = append(dst, '\\', c)
		case c < ' ' || c == 0x7f || r == utf8.RuneError && n == 1:
			dst = kmsg.AppendEscaped(append(dst, '\\'), value[:1])
		default:
			dst = append(dst, value[:n]...)
		}
		value = value[n:]
	}
	return append(dst, '"')
}

func paramNumber(dst []byte, name string, v uint64) []byte {
	dst = append(append(append(dst, ' '), name...), `="`...)
	return append(strconv.AppendUint(dst, v, 10), '"')
}

// appendRanges appends ranges of missing bytes as "966-1933,2100-": the first
// and the last byte of each, the last one unknown; "+3" for three beyond the 16th.
func appendRanges(dst []byte, holes []kmsg.Hole) []byte {
	for i, h := range holes {
		if i == 16 {
			return strconv.AppendInt(append(dst, ",+"...), int64(len(holes)-i), 10)
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(strconv.AppendInt(dst, int64(h.From), 10), '-')
		if h.To >= 0 {
			dst = strconv.AppendInt(dst, int64(h.To-1), 10)
		}
	}
	return dst
}

func one(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

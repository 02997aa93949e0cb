package output

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// appendString appends s as a JSON string (RFC 8259 section 7). Bytes that are
// not UTF-8 become U+FFFD each, and exact is false then. What does not print is
// escaped, so that a line does no harm on a terminal either.
func appendString(dst, s []byte) (b []byte, exact bool) {
	exact = true
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		n := quotable(s[i:])
		dst = append(dst, s[i:i+n]...)
		if i += n; i == len(s) {
			break
		}
		r, size := utf8.DecodeRune(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			exact = false
			dst = utf8.AppendRune(dst, r)
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case unicode.IsPrint(r):
			dst = append(dst, s[i:i+size]...)
		case r > 0xffff:
			r -= 0x10000
			dst = appendUnit(appendUnit(dst, 0xd800+r>>10), 0xdc00+r&0x3ff)
		default:
			dst = appendUnit(dst, r)
		}
		i += size
	}
	return append(dst, '"'), exact
}

func appendUnit(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// quotable returns the length of what stands for itself at the start of s.
func quotable(s []byte) int {
	for i, c := range s {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}

// appendText appends s without regard to whether it is exact.
func appendText(dst, s []byte) []byte {
	dst, _ = appendString(dst, s)
	return dst
}

// appendRaw appends s, which is escaped as the kernel does it, as a JSON string. It
// escapes the bytes that the kernel would not have left, so that the string is
// always exact; backslashes are the escapes' own.
func appendRaw(dst, s []byte) []byte {
	dst = append(dst, '"')
	for _, c := range s {
		switch {
		case c < ' ' || c >= 0x7f:
			dst = append(dst, '\\', '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

func appendUint(dst []byte, key string, v uint64) []byte {
	return strconv.AppendUint(append(dst, key...), v, 10)
}

// appendSeconds appends d as a number of seconds with microseconds.
func appendSeconds(dst []byte, d time.Duration) []byte {
	us := uint64(max(d, 0) / time.Microsecond)
	dst = strconv.AppendUint(dst, us/1e6, 10)
	return appendDigits(append(dst, '.'), us%1e6, 6, '0')
}

// instant writes times as RFC 3339 in UTC with nanoseconds, and remembers the
// second.
type instant struct {
	second int64
	text   []byte
}

func (i *instant) append(dst []byte, t time.Time) []byte {
	if i.text == nil || t.Unix() != i.second {
		i.second = t.Unix()
		i.text = t.UTC().AppendFormat(i.text[:0], "2006-01-02T15:04:05.")
	}
	dst = append(append(dst, '"'), i.text...)
	return append(appendDigits(dst, uint64(t.Nanosecond()), 9, '0'), 'Z', '"')
}

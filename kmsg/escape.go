package kmsg

import "bytes"

const hexDigits = "0123456789abcdef"

// AppendEscaped appends s to dst as the kernel escapes texts and dictionary
// values: bytes below 0x20, from 0x7f up, and the backslash become \xhh in
// lower case (msg_add_ext_text in kernel/printk/printk.c).
func AppendEscaped(dst, s []byte) []byte {
	for _, c := range s {
		if c < ' ' || c >= 0x7f || c == '\\' {
			dst = append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// AppendUnescaped appends s to dst with every \xhh turned back into its byte.
// A backslash that begins no escape stands for itself, but an escape that the
// end of s cuts short is left out: that is where the kernel cut the record
// (corpus case len-ext-escaped).
func AppendUnescaped(dst, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '\\')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		switch {
		case cutEscape(s):
			return dst
		case len(s) >= 4 && s[1] == 'x' && hexValue(s[2]) >= 0 && hexValue(s[3]) >= 0:
			dst = append(dst, byte(hexValue(s[2])<<4|hexValue(s[3])))
			s = s[4:]
		default:
			dst = append(dst, '\\')
			s = s[1:]
		}
	}
}

// cutEscape reports whether s, which begins with a backslash, is the first one
// to three bytes of an escape and nothing else.
func cutEscape(s []byte) bool {
	return len(s) < 4 && (len(s) < 2 || s[1] == 'x') && (len(s) < 3 || hexValue(s[2]) >= 0)
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

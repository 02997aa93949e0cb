package output

import (
	"unicode"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendSafe appends s so that no terminal does anything but show it: what does
// not print shows as \xhh, byte by byte. That is control characters of ASCII and
// of Unicode, the invisible ones that change the direction of text among them,
// blanks that are not the blank, and bytes that are no UTF-8. A tab becomes
// blanks.
func appendSafe(dst, s []byte) []byte {
	col := 0
	for i := 0; i < len(s); {
		n := plain(s[i:])
		dst = append(dst, s[i:i+n]...)
		col += n
		if i += n; i == len(s) {
			break
		}
		if s[i] == '\t' {
			n := 8 - col%8
			dst = append(dst, "        "[:n]...)
			col += n
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if size > 1 && unicode.IsPrint(r) {
			dst = append(dst, s[i:i+size]...)
			col += runeColumns(r)
		} else {
			for _, c := range s[i : i+size] {
				dst = append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
			}
			col += 4 * size
		}
		i += size
	}
	return dst
}

// plain returns the length of the printable ASCII at the start of s.
func plain(s []byte) int {
	for i, c := range s {
		if c < ' ' || c >= 0x7f {
			return i
		}
	}
	return len(s)
}

// columns returns how many columns of a terminal s takes, which is safe.
func columns(s []byte) int {
	n := plain(s)
	for i := n; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		n += runeColumns(r)
		i += size
	}
	return n
}

// runeColumns is 0 for marks that combine, 2 for the wide characters of East Asia
// and for pictures (Unicode annex 11, in coarse ranges), else 1.
func runeColumns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case 0x1100 <= r && r <= 0x115f, 0x2e80 <= r && r <= 0xa4cf, 0xac00 <= r && r <= 0xd7a3,
		0xf900 <= r && r <= 0xfaff, 0xfe30 <= r && r <= 0xfe6f, 0xff00 <= r && r <= 0xff60,
		0xffe0 <= r && r <= 0xffe6, 0x1f300 <= r && r <= 0x1f64f, 0x1f900 <= r && r <= 0x1f9ff,
		0x20000 <= r && r <= 0x3fffd:
		return 2
	}
	return 1
}

// fitting returns how many bytes of s go on a row of room columns: up to a blank
// if there is one in the last half, else as many as there is room for, but one
// character at least.
func fitting(s []byte, room int) int {
	if len(s) <= room {
		return len(s)
	}
	blank, used := 0, 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		if s[i] == ' ' && used > room/2 {
			blank = i
		}
		if used += runeColumns(r); used > room && i > 0 {
			if blank > 0 {
				return blank
			}
			return i
		}
		i += size
	}
	return len(s)
}

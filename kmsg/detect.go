package kmsg

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// detect looks at the window and returns the format of the input, or Auto while
// that is not clear. Dictionary lines at the start, which the tail of a longer
// file may have, decide nothing.
func (s *Scanner) detect() (InputFormat, error) {
	final := s.err != nil || s.full()
	for rest := s.data(); len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, newline)
		var r Record
		_, err := r.header(line)
		switch {
		case err == nil:
			return Kmsg, nil
		case !whole && !final:
			return Auto, nil
		case len(bytes.TrimSpace(line)) > 0 && !dictionaryLine(line):
			if binary(s.data()) {
				return Auto, fmt.Errorf("read %s: %w", s.o.Name, ErrBinary)
			}
			return Text, nil
		}
		rest = after
	}
	if final {
		return Text, nil
	}
	return Auto, nil
}

// dictionaryLine reports whether line begins with a blank, a key such as
// SUBSYSTEM and an equals sign.
func dictionaryLine(line []byte) bool {
	key, _, ok := bytes.Cut(line, equals)
	if !ok || len(key) < 2 || key[0] != ' ' {
		return false
	}
	for _, c := range key[1:] {
		if c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// binary reports whether b has a NUL or more than three in ten of its bytes are
// control characters or no UTF-8.
func binary(b []byte) bool {
	odd := 0
	for i := 0; i < len(b); {
		c, n := utf8.DecodeRune(b[i:])
		switch {
		case c == 0:
			return true
		case c == '\t', c == '\n', c == '\r', c == '\x1b':
		case c < ' ', c == 0x7f, c == utf8.RuneError && n == 1:
			odd++
		}
		i += n
	}
	return odd*10 > len(b)*3
}

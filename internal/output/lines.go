package output

import "io"

// lines keeps lines apart on a writer that may fail in the middle of one.
type lines struct {
	w    io.Writer
	torn bool // the last byte written was no newline
}

func (l *lines) Write(b []byte) (int, error) {
	if l.torn {
		if _, err := l.w.Write([]byte{'\n'}); err != nil {
			return 0, err
		}
		l.torn = false
	}
	n, err := l.w.Write(b)
	if n > 0 {
		l.torn = b[n-1] != '\n'
	}
	return n, err
}

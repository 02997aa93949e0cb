package kmsg

import (
	"bytes"
	"io"
)

// windowSize bounds what a Scanner holds, and with it the length of a line.
const windowSize = 64 << 10

// window is the part of an input that has been read and not yet used.
type window struct {
	r          io.Reader
	buf        []byte
	start, end int
	offset     int64 // of buf[start] in the input
	line       int   // of buf[start], from 1
	err        error // why nothing more can be read
}

func (w *window) data() []byte { return w.buf[w.start:w.end] }

func (w *window) full() bool { return w.end-w.start == len(w.buf) }

// fill makes one successful read, or finds the end.
func (w *window) fill() {
	w.end = copy(w.buf, w.data())
	w.start = 0
	for range 100 {
		var n int
		n, w.err = w.r.Read(w.buf[w.end:])
		w.end += n
		if n > 0 || w.err != nil {
			return
		}
	}
	w.err = io.ErrNoProgress
}

// take uses n bytes up. They stay readable until the next fill.
func (w *window) take(n int) []byte {
	b := w.buf[w.start : w.start+n : w.start+n]
	w.start += n
	w.offset += int64(n)
	w.line += bytes.Count(b, newline)
	return b
}

// skipLine uses up the rest of a line and reports whether it saw the line's end.
func (w *window) skipLine() bool {
	if n := bytes.IndexByte(w.data(), '\n') + 1; n > 0 {
		w.take(n)
		return true
	}
	w.take(len(w.data()))
	return false
}

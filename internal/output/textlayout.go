package output

import "bytes"

// place returns the column in which text goes on: in line with its first row, or
// behind the time where rows would be too short. If even the first one would be,
// it goes on the next row.
func (f *TextFormat) place(l *textLine) int {
	w := f.width()
	room := w - l.col
	if w <= 0 || room >= alignMin {
		return l.col
	}
	if room < firstMin {
		l.end()
		l.to(narrowIndent, true)
	}
	return narrowIndent
}

const (
	alignMin     = 32
	firstMin     = 20
	narrowIndent = 15
	roomMin      = 10 // the least room in which wrapping helps
)

// paragraph writes text from the line's column on and ends the line. Its other
// lines, and what does not fit a row, begin in the column indent.
func (f *TextFormat) paragraph(l *textLine, text []byte, indent int, s style) {
	for more := true; more; {
		var line []byte
		line, text, more = bytes.Cut(text, newline)
		f.row = appendSafe(f.row[:0], line)
		f.rows(l, f.row, indent, s)
	}
}

var newline = []byte("\n")

func (f *TextFormat) rows(l *textLine, row []byte, indent int, s style) {
	width := f.width()
	for {
		n := len(row)
		if room := width - max(l.col, indent); room >= roomMin {
			n = fitting(row, room)
		}
		l.to(indent, n > 0)
		if n > 0 {
			l.on(s)
			l.b = append(l.b, row[:n]...)
			l.off(s)
		}
		l.end()
		if row = bytes.TrimPrefix(row[n:], blank); len(row) == 0 {
			return
		}
	}
}

var blank = []byte(" ")

package output

// textLine is a line being written.
type textLine struct {
	b      []byte
	col    int // columns written
	colour bool
}

func (l *textLine) on(s style) {
	if l.colour && s != noStyle {
		l.b = append(l.b, s...)
	}
}

func (l *textLine) off(s style) {
	if l.colour && s != noStyle {
		l.b = append(l.b, reset...)
	}
}

// pad writes s, which is safe, and blanks up to width columns.
func (l *textLine) pad(st style, s string, width int) {
	start := len(l.b)
	l.on(st)
	mark := len(l.b)
	l.b = append(l.b, s...)
	n := columns(l.b[mark:])
	l.off(st)
	if s == "" {
		l.b = l.b[:start]
	}
	l.b = appendBlanks(l.b, width-n)
	l.col += max(n, width)
}

// to goes on to column col of a line that was just begun, if there is anything
// to write there.
func (l *textLine) to(col int, write bool) {
	if l.col == 0 && write {
		l.b = appendBlanks(l.b, col)
		l.col = col
	}
}

// end ends the line, without blanks at its end.
func (l *textLine) end() {
	for n := len(l.b); n > 0 && l.b[n-1] == ' '; n-- {
		l.b = l.b[:n-1]
	}
	l.b = append(l.b, '\n')
	l.col = 0
}

func appendBlanks(dst []byte, n int) []byte {
	const blanks = "                                                                "
	for ; n > 0; n -= len(blanks) {
		dst = append(dst, blanks[:min(n, len(blanks))]...)
	}
	return dst
}

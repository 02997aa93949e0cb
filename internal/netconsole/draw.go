package netconsole

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Widths of a drawing in columns, so that it fits a terminal of 80 and the mark stands under what it means.
const (
	widthBefore = 32
	widthMark   = 36
	widthAll    = 72
	widthQuote  = 40
)

// draw returns the line and under it the mark. Only printable ASCII is shown as it is, everything else escaped: then
// every column is one wide on every terminal, nothing can play tricks on it, and a hard space or a curly quote that was
// pasted in becomes visible. A line too long is shown around the place.
func (e *SyntaxError) draw() (line, mark string) {
	before := tail(cells(e.Line[:e.Offset]), widthBefore)
	fault := head(cells(e.Line[e.Offset:e.Offset+e.Len]), widthMark)
	after := head(cells(e.Line[e.Offset+e.Len:]), widthAll-len(before)-len(fault))
	return before + fault + after, strings.Repeat(" ", len(before)) + strings.Repeat("^", max(1, len(fault)))
}

// quote shows s in a message.
func quote(s string) string { return `"` + head(cells(s), widthQuote) + `"` }

// cells returns how each character of s is shown.
func cells(s string) []string {
	var out []string
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		out = append(out, cell(r, s[:n]))
		s = s[n:]
	}
	return out
}

func cell(r rune, s string) string {
	switch {
	case r == '\\':
		return `\\`
	case ' ' <= r && r <= '~':
		return s
	case r == utf8.RuneError && len(s) == 1:
		const hex = "0123456789abcdef"
		return `\x` + string(hex[s[0]>>4]) + string(hex[s[0]&15])
	}
	q := strconv.QuoteRuneToASCII(r)
	return q[1 : len(q)-1]
}

const cut = "..."

// head joins cells up to a width.
func head(cs []string, width int) string {
	if s := strings.Join(cs, ""); len(s) <= width {
		return s
	}
	s := ""
	for len(s)+len(cs[0])+len(cut) <= width {
		s += cs[0]
		cs = cs[1:]
	}
	return s + cut
}

// tail joins the last cells up to a width.
func tail(cs []string, width int) string {
	if s := strings.Join(cs, ""); len(s) <= width {
		return s
	}
	s := ""
	for len(cut)+len(cs[len(cs)-1])+len(s) <= width {
		s = cs[len(cs)-1] + s
		cs = cs[:len(cs)-1]
	}
	return cut + s
}

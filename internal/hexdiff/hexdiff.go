// Package hexdiff shows people how two byte strings differ.
package hexdiff

import (
	"fmt"
	"strings"
)

const (
	rowLen  = 16 // bytes a row of a dump
	maxRows = 24 // rows that Diff shows
)

// Diff returns a side-by-side hexadecimal dump of the rows in which two byte strings differ, with a mark under each byte
// that does; or "" if they are equal. Offsets are in hexadecimal. What they are, in the plural, begins the text.
func Diff(what string, want, got []byte) string {
	if string(want) == string(got) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s differ from byte %d (%#x) on, want %d bytes, got %d:\n", what, firstDiff(want, got),
		firstDiff(want, got), len(want), len(got))
	line(&b, "", "want", "got")
	hidden, shown, last := 0, 0, -1
	for row := 0; row*rowLen < max(len(want), len(got)); row++ {
		w, g := part(want, row), part(got, row)
		if string(w) == string(g) {
			continue
		}
		if shown == maxRows {
			hidden++
			continue
		}
		if row > last+1 {
			b.WriteString("  …\n")
		}
		line(&b, fmt.Sprintf("%04x", row*rowLen), dump(w), dump(g))
		m := marks(w, g)
		line(&b, "", m, m)
		shown, last = shown+1, row
	}
	if hidden > 0 {
		fmt.Fprintf(&b, "  … %d more rows differ\n", hidden)
	}
	return b.String()
}

// dumpWidth is the width of a full row: two digits and a blank a byte, a blank more in the middle, the text.
const dumpWidth = 3*rowLen + 1 + 1 + rowLen

func line(b *strings.Builder, offset, want, got string) {
	s := fmt.Sprintf("%-4s  %-*s  %s", offset, dumpWidth, want, got)
	b.WriteString(strings.TrimRight(s, " ") + "\n")
}

func firstDiff(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func part(b []byte, row int) []byte {
	return b[min(row*rowLen, len(b)):min((row+1)*rowLen, len(b))]
}

func dump(row []byte) string {
	var hex, text strings.Builder
	for i := range rowLen {
		if i == rowLen/2 {
			hex.WriteByte(' ')
		}
		if i >= len(row) {
			hex.WriteString("   ")
			continue
		}
		fmt.Fprintf(&hex, "%02x ", row[i])
		if row[i] < ' ' || row[i] > '~' {
			text.WriteByte('.')
		} else {
			text.WriteByte(row[i])
		}
	}
	return hex.String() + " " + text.String()
}

func marks(w, g []byte) string {
	var b strings.Builder
	for i := range rowLen {
		if i == rowLen/2 {
			b.WriteByte(' ')
		}
		if at(w, i) == at(g, i) {
			b.WriteString("   ")
		} else {
			b.WriteString("^^ ")
		}
	}
	return b.String()
}

// at returns a byte of a row, or -1 behind its end.
func at(row []byte, i int) int {
	if i < len(row) {
		return int(row[i])
	}
	return -1
}

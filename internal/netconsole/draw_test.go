package netconsole

import (
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	blank := strings.Repeat(" ", widthBefore)
	for _, c := range []struct {
		name        string
		line        string
		offset, len int
		want, mark  string
	}{
		{"plain", "abcdef", 2, 3, "abcdef", "  ^^^"},
		{"nothing there", "abc", 3, 0, "abc", "   ^"},
		{"missing inside", "abc", 1, 0, "abc", " ^"},
		{"empty", "", 0, 0, "", "^"},
		{"control characters", "a\tb\x00\x1b[31m", 3, 1, `a\tb\x00\x1b[31m`, "    ^^^^"},
		{"not UTF-8", "\xffa\xfe\xc3", 2, 2, `\xffa\xfe\xc3`, "     ^^^^^^^^"},
		{"wide", "\u4e2d\u6587x", 3, 3, `\u4e2d\u6587x`, "      ^^^^^^"},
		{"combining, right to left, beyond the plane", "e\u0301\u202ex\U0001f600", 7, 4, `e\u0301\u202ex\U0001f600`, "              ^^^^^^^^^^"},
		{"backslash", `a\tb`, 3, 1, `a\\tb`, "    ^"},
		{"quotes", `"a'b"`, 4, 1, `"a'b"`, "    ^"},
		{"long before", long, 290, 10, "..." + long[261:300], blank + "^^^^^^^^^^"},
		{"long behind", long, 1, 1, long[:69] + "...", " ^"},
		{"long fault", long, 0, 300, long[:33] + "...", strings.Repeat("^", widthMark)},
		{"long everywhere", long, 100, 100, "..." + long[71:133] + "...0...", blank + strings.Repeat("^", widthMark)},
	} {
		e := &SyntaxError{Line: c.line, Offset: c.offset, Len: c.len}
		line, mark := e.draw()
		if line != c.want || mark != c.mark {
			t.Errorf("%s:\ngot  %s\n     %s\nwant %s\n     %s", c.name, line, mark, c.want, c.mark)
		}
	}
}

// TestDrawFits draws faults all over a long line of escapes: never too wide, and what is marked is what is meant.
func TestDrawFits(t *testing.T) {
	line := strings.Repeat("ab\x01\u4e2d\xff@", 40)
	for offset := range line {
		for n := 0; offset+n <= len(line); n += 13 {
			e := &SyntaxError{Line: line, Offset: offset, Len: n}
			text, mark := e.draw()
			if len(text) > widthAll || len(mark) > widthAll {
				t.Fatalf("%d+%d: %d columns\n%s\n%s", offset, n, len(text), text, mark)
			}
			at := strings.IndexByte(mark, '^')
			marked := strings.TrimSuffix((text + " ")[at:len(mark)], cut)
			if want := strings.Join(cells(line[offset:offset+n]), ""); n > 0 && !strings.HasPrefix(want, marked) {
				t.Fatalf("%d+%d: %q is marked, want %q\n%s\n%s", offset, n, marked, want, text, mark)
			}
			if strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
				t.Fatalf("%q is not plain", text)
			}
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"":                      `""`,
		"eth0":                  `"eth0"`,
		"a\nb":                  `"a\nb"`,
		strings.Repeat("x", 40): `"` + strings.Repeat("x", 40) + `"`,
		strings.Repeat("x", 41): `"` + strings.Repeat("x", 37) + `..."`,
	} {
		if got := quote(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

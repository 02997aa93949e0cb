package frametest_test

import (
	"bytes"
	"strings"
	"testing"

	"netkmsg/frame/frametest"
)

func TestDiff(t *testing.T) {
	a := []byte("\x02\x00\x00\x00\x00\x0b\x02\x00\x00\x00\x00\x0a\x86\xdd`\x00\x00\x00the text of a frame, of some rows")
	changed := bytes.Clone(a)
	changed[1], changed[40] = 0xff, 'X'
	tests := []struct {
		name      string
		want, got []byte
		text      string
	}{
		{"equal", a, bytes.Clone(a), ""},
		{"both empty", nil, []byte{}, ""},
		{"changed", a, changed, `
frames differ from byte 1 (0x1) on, want 51 bytes, got 51:
      want                                                                got
0000  02 00 00 00 00 0b 02 00  00 00 00 0a 86 dd 60 00  ..............'.  02 ff 00 00 00 0b 02 00  00 00 00 0a 86 dd 60 00  ..............'.
         ^^                                                                  ^^
  …
0020  66 72 61 6d 65 2c 20 6f  66 20 73 6f 6d 65 20 72  frame, of some r  66 72 61 6d 65 2c 20 6f  58 20 73 6f 6d 65 20 72  frame, oX some r
                               ^^                                                                  ^^
`},
		{"cut short", a, a[:35], `
frames differ from byte 35 (0x23) on, want 51 bytes, got 35:
      want                                                                got
  …
0020  66 72 61 6d 65 2c 20 6f  66 20 73 6f 6d 65 20 72  frame, of some r  66 72 61                                          fra
               ^^ ^^ ^^ ^^ ^^  ^^ ^^ ^^ ^^ ^^ ^^ ^^ ^^                             ^^ ^^ ^^ ^^ ^^  ^^ ^^ ^^ ^^ ^^ ^^ ^^ ^^
0030  6f 77 73                                          ows
      ^^ ^^ ^^                                                            ^^ ^^ ^^
`},
	}
	for _, tt := range tests {
		got := frametest.Diff(tt.want, tt.got)
		// A raw string cannot hold the backquote that 0x60 is.
		if got = strings.ReplaceAll(got, "`", "'"); got != strings.TrimPrefix(tt.text, "\n") {
			t.Errorf("%s:\n%s", tt.name, got)
		}
	}
}

func TestDiffLong(t *testing.T) {
	got := frametest.Diff(bytes.Repeat([]byte{1}, 1000), bytes.Repeat([]byte{2}, 900))
	if n := strings.Count(got, "\n"); n > 60 {
		t.Errorf("%d lines", n)
	}
	if !strings.Contains(got, "39 more rows differ") {
		t.Error(got)
	}
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte("abc"), []byte("abd"))
	f.Add([]byte{}, []byte("x"))
	f.Add(bytes.Repeat([]byte("0123456789abcdef"), 40), bytes.Repeat([]byte("0123456789abcdeF"), 41))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		d := frametest.Diff(a, b)
		if (d == "") != bytes.Equal(a, b) {
			t.Errorf("%q", d)
		}
		if back := frametest.Diff(b, a); strings.Count(back, "\n") != strings.Count(d, "\n") {
			t.Errorf("not symmetric:\n%s\n%s", d, back)
		}
	})
}

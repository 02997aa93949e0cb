package kmsg

import (
	"bytes"
	"fmt"
	"testing"
)

func TestEscapeEveryByte(t *testing.T) {
	for c := range 256 {
		want := string([]byte{byte(c)})
		if c < 0x20 || c >= 0x7f || c == '\\' {
			want = fmt.Sprintf(`\x%02x`, c)
		}
		got := AppendEscaped([]byte("in front "), []byte{byte(c)})
		if string(got) != "in front "+want {
			t.Errorf("%#x: %q, want %q", c, got, want)
		}
		if back := AppendUnescaped(nil, []byte(want)); !bytes.Equal(back, []byte{byte(c)}) {
			t.Errorf("%q: %q, want %q", want, back, []byte{byte(c)})
		}
	}
}

func TestUnescape(t *testing.T) {
	tests := []struct{ in, want string }{
		{``, ""},
		{`plain; text, 100%`, "plain; text, 100%"},
		{`two\x0alines`, "two\nlines"},
		{`\x5cx41`, `\x41`},
		{`\x5C\xFf`, "\\\xff"},
		{`caf\xc3\xa9`, "café"},
		// Cut by the end, as the kernel's limit does it.
		{`a\x0a\x0`, "a\n"},
		{`a\x0a\x`, "a\n"},
		{`a\x0a\`, "a\n"},
		// No escapes, so nothing that a kernel wrote; kept.
		{`a\nb`, `a\nb`},
		{`a\n`, `a\n`},
		{`\xg0`, `\xg0`},
		{`\xg`, `\xg`},
		{`\x0g`, `\x0g`},
		{`\\x41`, `\A`},
		{`\x0\x41`, `\x0A`},
		{`\X41`, `\X41`},
	}
	for _, tt := range tests {
		if got := AppendUnescaped(nil, []byte(tt.in)); string(got) != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add([]byte("plain"), 3)
	f.Add([]byte("\x00\\\n\xff \x7f"), 9)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		escaped := AppendEscaped(nil, text)
		for _, c := range escaped {
			if c < 0x20 || c >= 0x7f {
				t.Fatalf("%q holds %#x", escaped, c)
			}
		}
		if got := AppendUnescaped(nil, escaped); !bytes.Equal(got, text) {
			t.Fatalf("%q came back as %q", text, got)
		}
		// However it is cut, what comes out is a beginning of the text.
		cut = max(0, min(cut, len(escaped)))
		if got := AppendUnescaped(nil, escaped[:cut]); !bytes.HasPrefix(text, got) {
			t.Fatalf("%q cut at %d came back as %q", text, cut, got)
		}
		_ = AppendUnescaped(nil, text)
	})
}

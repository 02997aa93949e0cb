package collect

import (
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	tests := []struct{ in, want, err string }{
		{in: "", want: "[::]:6666"},
		{in: ":514", want: "[::]:514"},
		{in: ":0", want: "[::]:0"},
		{in: "192.0.2.1", want: "192.0.2.1:6666"},
		{in: "192.0.2.1:1514", want: "192.0.2.1:1514"},
		{in: "fe80::2", want: "[fe80::2]:6666"},
		{in: "fe80::2%eth0", want: "[fe80::2%eth0]:6666"},
		{in: "[fe80::2]", want: "[fe80::2]:6666"},
		{in: "[fe80::2%eth0]:514", want: "[fe80::2%eth0]:514"},
		{in: "[::ffff:192.0.2.1]:514", want: "[::ffff:192.0.2.1]:514"},
		{in: "[]:514", want: "[::]:514"},
		{in: "[::%]]:1", want: "[::%]]:1"}, // a device may be called so
		{in: "ff02::1", want: "[ff02::1]:6666"},
		{in: "[fe80::2", err: "bracket"},
		{in: "[fe80::2]514", err: ":PORT"},
		{in: "loghost:514", err: "numeric"},
		{in: "514", err: "numeric"},
		{in: ":65536", err: "65535"},
		{in: "192.0.2.1:x", err: `"x"`},
		{in: "192.0.2.1:-1", err: `"-1"`},
	}
	for _, tt := range tests {
		got, err := ParseAddress(tt.in)
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q: %v, %v, want an error with %q", tt.in, got, err, tt.err)
			}
		case err != nil || got.String() != tt.want:
			t.Errorf("%q: %v, %v, want %s", tt.in, got, err, tt.want)
		}
	}
}

// FuzzParseAddress wants that what is understood is understood again as it is
// printed.
func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"", ":514", "192.0.2.1:1", "[fe80::1%eth0]:2", "fe80::1", "[::", "[]:", "::", "%", "1:2:3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if b, err := ParseAddress(a.String()); err != nil || a != b {
			t.Errorf("%q is %v, that is %v (%v)", s, a, b, err)
		}
	})
}

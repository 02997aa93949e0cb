package kmsg

import (
	"strings"
	"testing"
)

func TestParseUserdata(t *testing.T) {
	key, value := strings.Repeat("k", 53), strings.Repeat("v", 199)
	tests := []struct {
		in   string
		want Userdata
		err  string
	}{
		{"a=1", Userdata{"a", "1"}, ""},
		{"a=b=c", Userdata{"a", "b=c"}, ""},
		{"a b;.é=x y", Userdata{"a b;.é", "x y"}, ""},
		{"a=", Userdata{"a", ""}, ""},
		{"a=\n", Userdata{"a", ""}, ""},
		{"a=1\n", Userdata{"a", "1"}, ""},
		{"a=1\n\n", Userdata{"a", "1\n"}, ""},
		{"a=1\n2", Userdata{"a", "1\n2"}, ""},
		{"a=1\x002", Userdata{"a", "1"}, ""},
		{"a=1\n\x002", Userdata{"a", "1"}, ""},
		{"a=\x00", Userdata{"a", ""}, ""},
		{"a=\x01\\\xff", Userdata{"a", "\x01\\\xff"}, ""},
		{key + "=" + value, Userdata{key, value}, ""},
		{"k=" + value[1:] + "\n", Userdata{"k", value[1:]}, ""},
		{"", Userdata{}, `userdata "": expected key=value`},
		{"key", Userdata{}, `userdata "key": expected key=value`},
		{"=v", Userdata{}, `userdata "=v": the key is empty`},
		{key + "k=v", Userdata{}, `userdata "` + key + `k": the key has 54 bytes, the kernel takes 53`},
		{"k=" + value + "v", Userdata{}, `userdata "k": the value has 200 bytes, the kernel takes 199`},
		{"k=" + value + "\n", Userdata{}, `userdata "k": the value has 200 bytes, the kernel takes 199`},
		{"k=" + value + "\x00", Userdata{}, `userdata "k": the value has 200 bytes, the kernel takes 199`},
		{"a/b=v", Userdata{}, `userdata "a/b": the key is a directory's name in the kernel and cannot hold a slash or a NUL`},
		{"a\x00b=v", Userdata{}, `userdata "a\x00b": the key is a directory's name in the kernel and cannot hold a slash or a NUL`},
	}
	for _, tt := range tests {
		got, err := ParseUserdata(tt.in)
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
			t.Errorf("%q: %q, %v; want %q, %s", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestUserdataBlock(t *testing.T) {
	got, err := userdataBlock([]Userdata{{"z", "1"}, {"gone", ""}, {"a", "multi\nline"}, {"m", "=;\\"}})
	if want := " z=1\n a=multi\nline\n m==;\\\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	// A key without a value keeps its place, so that it cannot come twice.
	if _, err := userdataBlock([]Userdata{{"a", ""}, {"a", "1"}}); err == nil {
		t.Error("the same key twice")
	}
}

func FuzzParseUserdata(f *testing.F) {
	for _, s := range []string{"a=1", "=", "a=b=c\n", "k\x00=v", "a=\x00", strings.Repeat("k", 54) + "="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseUserdata(s)
		if err != nil {
			if u != (Userdata{}) {
				t.Fatalf("%q beside %v", u, err)
			}
			return
		}
		if !strings.HasPrefix(s, u.Key+"="+u.Value) || strings.ContainsAny(u.Key, "=/\x00") || strings.Contains(u.Value, "\x00") {
			t.Fatalf("%q became %q", s, u)
		}
		if _, err := NewFormatter(Format{Extended: true, Userdata: []Userdata{u}}); err != nil {
			t.Fatalf("%q: %v", u, err)
		}
	})
}

package configfs

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var allBytes = func() string {
	var b []byte
	for c := range 256 {
		b = append(b, byte(c))
	}
	return string(b)
}()

var someSaved = []Saved{
	{Name: "web", Values: []Value{
		{Attr: Attr{File: "dev_name"}, Text: "eth0"},
		{Attr: Attr{File: "local_ip"}, Text: "fe80::1", Note: Automatic},
		{Attr: Attr{File: "msgid_enabled"}, Text: "1"},
		{Attr: Attr{File: "value", Key: "rack"}, Text: "12"},
		{Attr: Attr{File: "value", Key: "a b=#\"\xff"}, Text: allBytes},
		{Attr: Attr{File: "value", Key: "empty"}},
		{Attr: Attr{File: "enabled"}, Text: "1"},
	}},
	{Name: "a b\n\xfe"},
	{Name: "target"},
}

func TestFormat(t *testing.T) {
	const want = header + `
target web
  dev_name eth0
  local_ip fe80::1 automatic
  userdata/msgid_enabled 1
  userdata/rack/value 12
  "userdata/two words/value" "\x00\\\" #\n\xff"
`
	got := string(Format([]Saved{{Name: "web", Values: append(someSaved[0].Values[:4:4],
		Value{Attr: Attr{File: "value", Key: "two words"}, Text: "\x00\\\" #\n\xff"})}}))
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
}

var sansPositions = cmpopts.IgnoreTypes(Position{})

func TestFormatParse(t *testing.T) {
	got, err := Parse(Format(someSaved))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(someSaved, got, sansPositions); diff != "" {
		t.Error(diff)
	}
	if got[0].Values[0].At != (Position{4, 12}) || got[0].At != (Position{3, 8}) {
		t.Errorf("%+v", got[0])
	}
}

func TestParse(t *testing.T) {
	text := "# comment\r\n\n  target\t\"web\"   # its name\n dev_name \"\"#no blank"
	_, err := Parse([]byte(text))
	if err == nil || err.Error() != "line 4, column 13: a blank is missing behind the quoted word" {
		t.Error(err)
	}
	got, err := Parse([]byte(strings.Replace(text, `""#`, `a#b #`, 1)))
	if err == nil || err.Error() != `line 4, column 11: "a#b" needs quotes` {
		t.Error(got, err)
	}
	got, err = Parse([]byte(strings.Replace(text, `""#`, `"a#b" #`, 1)))
	want := []Saved{{"web", []Value{{Attr{File: "dev_name"}, "a#b", "", Position{4, 11}}}, Position{3, 10}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestParseFaults(t *testing.T) {
	tests := []struct{ text, want string }{
		{"enabled 1", "line 1, column 1: \"enabled\" stands before any target; a line `target NAME` comes first"},
		{"target", "line 1, column 1: a target has one name: target NAME"},
		{"target a b", "line 1, column 1: a target has one name: target NAME"},
		{`target ""`, `line 1, column 8: "" cannot be the name of a directory`},
		{"target a/b", `line 1, column 8: "a/b" cannot be the name of a directory`},
		{"target ..", `line 1, column 8: ".." cannot be the name of a directory`},
		{"target .netkmsg", `line 1, column 8: ".netkmsg" cannot be the name of a directory`},
		{"target " + strings.Repeat("x", 256), `line 1, column 8: "` + strings.Repeat("x", 256) + `" cannot be the name of a directory`},
		{"target a\n\ntarget a", `line 3, column 8: target "a" is there already, in line 1`},
		{"target a\n local_mac x", `line 2, column 2: a target has no file "local_mac" that can be set`},
		{"target a\n value x", `line 2, column 2: a target has no file "value" that can be set`},
		{"target a\n msgid_enabled 1", `line 2, column 2: a target has no file "msgid_enabled" that can be set`},
		{"target a\n userdata//value x", `line 2, column 2: a target has no file "userdata//value" that can be set`},
		{"target a\n userdata/a/b/value x", `line 2, column 2: a target has no file "userdata/a/b/value" that can be set`},
		{"target a\n enabled 1\n enabled 0", "line 3, column 2: enabled is there already, in line 2"},
		{"target a\n enabled", `line 2, column 2: enabled needs a value; an empty one is ""`},
		{"target a\n enabled 1 2", `line 2, column 12: unexpected "2"; a value with blanks is quoted`},
		{"target a\n enabled 1 automatic", `line 2, column 12: unexpected "automatic"; a value with blanks is quoted`},
		{"target a\n local_ip ::1 automatic x", `line 2, column 25: unexpected "x"; a value with blanks is quoted`},
		{"target a\n enabled \"1", `line 2, column 10: the quoted word is wrong or has no end: \ begins an escape as in \n, \\, \" or \x0a`},
		{"target a\n enabled \"\\q\"", `line 2, column 10: the quoted word is wrong or has no end: \ begins an escape as in \n, \\, \" or \x0a`},
		{"target a\n enabled \x01", `line 2, column 10: "\x01" needs quotes`},
	}
	for _, tt := range tests {
		_, err := Parse([]byte(tt.text))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%q:\n got %v\nwant %s", tt.text, err, tt.want)
		}
	}
}

// FuzzParse: what is read is written so that it is read again, and faults point into the text.
func FuzzParse(f *testing.F) {
	f.Add(Format(someSaved))
	f.Add([]byte("target a # b\n enabled \"\\x31\"\n userdata/x/value \xff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		ts, err := Parse(text)
		if err != nil {
			var e *SyntaxError
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			lines := strings.Split(string(text), "\n")
			if e.At.Line < 1 || e.At.Line > len(lines) || e.At.Column < 1 || e.At.Column > len(lines[e.At.Line-1]) {
				t.Fatalf("%v points outside", err)
			}
			return
		}
		again, err := Parse(Format(ts))
		if err != nil {
			t.Fatalf("%v\n%s", err, Format(ts))
		}
		if diff := cmp.Diff(ts, again, sansPositions, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

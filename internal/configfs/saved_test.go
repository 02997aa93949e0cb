package configfs

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/targets"
	"netkmsg/kmsg"
)

// nearly all bytes: a NUL ends a value.
var manyBytes = func() string {
	var b []byte
	for c := 1; c < 256; c++ {
		b = append(b, byte(c))
	}
	return string(b)
}()

var compare = cmp.Options{cmp.AllowUnexported(netconsole.Attributes{}), cmpopts.EquateEmpty()}

func someSaved() []targets.Saved {
	web := targets.Saved{Name: "web", Attributes: netconsole.DefaultAttributes(), Chosen: true, Wanted: true}
	web.Attributes.Store("remote_ip", []byte("fe80::2"), false)
	web.Attributes.SetLocal(netip.MustParseAddr("fe80::1"))
	web.Features.MsgID = true
	web.Userdata = []kmsg.Userdata{
		{Key: "rack", Value: "12"},
		{Key: "a b=#\"\xff", Value: manyBytes[:198]},
		{Key: "empty"},
		{Key: "end", Value: "a\n\n"},
		{Key: "long", Value: strings.Repeat("x", 199)},
	}
	odd := targets.Saved{Name: "a b\n\xfe", Attributes: netconsole.DefaultAttributes()}
	odd.Attributes.Store("dev_name", []byte("eth1\n\n"), false)
	cmdline := targets.Saved{Name: "cmdline0", Attributes: netconsole.AttributesOf(netconsole.Target{
		Device:     "02:00:00:00:00:01",
		RemoteAddr: netip.MustParseAddr("192.0.2.2"),
		RemoteMAC:  frame.MAC{2, 0, 0, 0, 0, 2},
	})}
	return []targets.Saved{web, odd, cmdline}
}

func TestFormat(t *testing.T) {
	const want = header + `
target web
  extended 0
  release 0
  dev_name eth0
  local_port 6665
  remote_port 6666
  local_ip fe80::1 automatic
  remote_ip fe80::2
  remote_mac ff:ff:ff:ff:ff:ff
  userdata/cpu_nr_enabled 0
  userdata/taskname_enabled 0
  userdata/release_enabled 0
  userdata/msgid_enabled 1
  userdata/rack/value 12
  "userdata/two words/value" "\x01\\\" #\n\xff"
  enabled 1
`
	web := someSaved()[0]
	web.Userdata = append(web.Userdata[:1:1], kmsg.Userdata{Key: "two words", Value: "\x01\\\" #\n\xff"})
	if diff := cmp.Diff(want, string(Format([]targets.Saved{web}))); diff != "" {
		t.Error(diff)
	}
}

func TestFormatParse(t *testing.T) {
	want := someSaved()
	got, err := Parse(Format(want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, compare); diff != "" {
		t.Error(diff)
	}
}

func TestParse(t *testing.T) {
	text := "# comment\r\n\n  target\t\"web\"   # its name\n dev_name \"a#b\" #"
	got, err := Parse([]byte(text))
	want := []targets.Saved{{Name: "web", Attributes: netconsole.DefaultAttributes()}}
	want[0].Attributes.Device = "a#b"
	if diff := cmp.Diff(want, got, compare); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestParseFaults(t *testing.T) {
	long := strings.Repeat("x", 256)
	const escape = `the quoted word is wrong or has no end: \ begins an escape as in \n, \\, \" or \x0a`
	tests := []struct{ text, want string }{
		{"enabled 1", "line 1, column 1: \"enabled\" stands before any target; a line `target NAME` comes first"},
		{"target", "line 1, column 1: a target has one name: target NAME"},
		{"target a b", "line 1, column 1: a target has one name: target NAME"},
		{`target ""`, `line 1, column 8: "" cannot be the name of a directory`},
		{"target a/b", `line 1, column 8: "a/b" cannot be the name of a directory`},
		{"target ..", `line 1, column 8: ".." cannot be the name of a directory`},
		{"target .netkmsg", `line 1, column 8: ".netkmsg" cannot be the name of a directory`},
		{"target " + long, `line 1, column 8: "` + long + `" cannot be the name of a directory`},
		{"target a\n\ntarget a", `line 3, column 8: target "a" is there already, in line 1`},
		{"target a\n local_mac x", `line 2, column 2: a target has no file "local_mac" that can be set`},
		{"target a\n value x", `line 2, column 2: a target has no file "value" that can be set`},
		{"target a\n msgid_enabled 1", `line 2, column 2: a target has no file "msgid_enabled" that can be set`},
		{"target a\n userdata/a/b/value x", `line 2, column 2: a target has no file "userdata/a/b/value" that can be set`},
		{"target a\n userdata//value x", `line 2, column 2: key "": invalid argument`},
		{"target a\n userdata/" + long[:54] + "/value x", `line 2, column 2: key "` + long[:54] + `": file name too long`},
		{"target a\n userdata/k/value " + long[:200], `line 2, column 19: userdata/k/value cannot be "` + long[:200] + `": message too long`},
		{"target a\n userdata/k/value \"\\x00\"", "line 2, column 19: a value ends before a NUL"},
		{"target a\n local_port 65536", `line 2, column 13: local_port cannot be "65536": numerical result out of range`},
		{"target a\n remote_ip fe80::1%eth0", `line 2, column 12: remote_ip cannot be "fe80::1%eth0": invalid argument`},
		{"target a\n enabled yes", `line 2, column 10: enabled is 0 or 1, not "yes"`},
		{"target a\n enabled 1\n enabled 0", "line 3, column 2: enabled is there already, in line 2"},
		{"target a\n enabled", `line 2, column 2: enabled needs a value; an empty one is ""`},
		{"target a\n enabled 1 2", `line 2, column 12: unexpected "2"; a value with blanks is quoted`},
		{"target a\n enabled 1 automatic", `line 2, column 12: unexpected "automatic"; a value with blanks is quoted`},
		{"target a\n local_ip ::1 automatic x", `line 2, column 25: unexpected "x"; a value with blanks is quoted`},
		{"target a\n dev_name eth0 eth1", `line 2, column 16: unexpected "eth1"; a value with blanks is quoted`},
		{"target a\n enabled \"1", "line 2, column 10: " + escape},
		{"target a\n enabled \"\\q\"", "line 2, column 10: " + escape},
		{"target a\n enabled \x01", `line 2, column 10: "\x01" needs quotes`},
		{"target a#b", `line 1, column 8: "a#b" needs quotes`},
		{"target a\n enabled \"\"#", "line 2, column 12: a blank is missing behind the quoted word"},
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
	f.Add(Format(someSaved()))
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
		if diff := cmp.Diff(ts, again, compare); diff != "" {
			t.Error(diff)
		}
	})
}

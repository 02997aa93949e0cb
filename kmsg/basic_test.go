package kmsg

import (
	"slices"
	"strings"
	"testing"
)

func TestBasic(t *testing.T) {
	tests := []struct {
		name   string
		f      Format
		record string
		want   string
	}{
		{"plain", Format{}, "6,1,8417578,-;text\n", "[    8.417578] text\n"},
		{"cut, not rounded", Format{}, "6,1,999999,-;text\n", "[    0.999999] text\n"},
		{"many seconds", Format{}, "6,1,123456000001,-;text\n", "[123456.000001] text\n"},
		{"no newline", Format{}, "6,1,2,-;text", "[    0.000002] text\n"},
		{"empty", Format{}, "6,1,2,-;\n", "[    0.000002] \n"},
		{"continuation", Format{}, "6,1,2,c;text\n", "[    0.000002] text\n"},
		{"dictionary", Format{}, "6,1,2,-;text\n SUBSYSTEM=pci\n", "[    0.000002] text\n"},
		{"two lines", Format{}, `6,1,2,-;one\x0atwo`, "[    0.000002] one\n[    0.000002] two\n"},
		{"newlines at the end", Format{}, `6,1,2,-;two newlines\x0a`, "[    0.000002] two newlines\n[    0.000002] \n"},
		{"empty lines", Format{}, `6,1,2,-;\x0a\x0aa`, "[    0.000002] \n[    0.000002] \n[    0.000002] a\n"},
		{"raw bytes", Format{}, `6,1,2,-;\x00\x01\x1b\x7f\x80\xff\x5c`, "[    0.000002] \x00\x01\x1b\x7f\x80\xff\\\n"},
		{"cut escape", Format{}, `6,1,2,-;a\x0`, "[    0.000002] a\n"},
		{"no time", Format{NoTime: true}, `6,1,2,-;one\x0atwo`, "one\ntwo\n"},
		{"no time, empty", Format{NoTime: true}, `6,1,2,-;`, "\n"},
		{"syslog", Format{Syslog: true}, `14,1,6268971,-;one\x0atwo`, "<14>[    6.268971] one\n<14>[    6.268971] two\n"},
		{"syslog, no time", Format{Syslog: true, NoTime: true}, "14,1,2,-;no time\n", "<14>no time\n"},
		{"caller", Format{}, "6,1,8417578,-,caller=T123;text\n", "[    8.417578][  T123] text\n"},
		{"long caller", Format{}, "6,1,8417578,-,caller=T1234567;text\n", "[    8.417578][T1234567] text\n"},
		{"caller, no time", Format{NoTime: true}, "6,1,8417578,-,caller=C1;text\n", "[    C1] text\n"},
		{"everything", Format{Syslog: true}, `6,1,8417578,-,x=1,caller=C1;a\x0ab`, "<6>[    8.417578][    C1] a\n<6>[    8.417578][    C1] b\n"},
		{"extended things", Format{Userdata: []Userdata{{"a", "1"}}, SysRelease: "7", MsgID: true}, "6,1,2,-;text\n", "[    0.000002] text\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFormatter(t, tt.f)
			f.Begin(parse(t, tt.record))
			if got := all(f); !slices.Equal(got, []string{tt.want}) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A text of 985 bytes is 1001 with prefix and newline.
func TestBasicSlices(t *testing.T) {
	for _, tt := range []struct {
		text  int
		sizes []int
	}{{983, []int{999}}, {984, []int{1000}}, {985, []int{1000, 1}}, {1024, []int{1000, 40}}} {
		f := newFormatter(t, Format{})
		f.Begin(parse(t, "6,1,2,-;"+strings.Repeat("x", tt.text)))
		got := all(f)
		var sizes []int
		for _, p := range got {
			sizes = append(sizes, len(p))
		}
		if !slices.Equal(sizes, tt.sizes) {
			t.Errorf("text of %d: %d, want %d", tt.text, sizes, tt.sizes)
		}
		if want := "[    0.000002] " + strings.Repeat("x", tt.text) + "\n"; strings.Join(got, "") != want {
			t.Errorf("text of %d: %q", tt.text, got)
		}
	}
}

// Lines that do not fit into 2048 bytes with their prefix of 15, their newline
// and a NUL are dropped whole.
func TestBasicLimit(t *testing.T) {
	lines := func(n int, s string) string { return strings.Repeat(s+`\x0a`, n-1) + s }
	prefix := "[    1.000000] "
	tests := []struct {
		name, text string
		lines      int // that are left
		length     int
	}{
		{"empty lines that fit", lines(127, ""), 127, 127 * 16},
		{"one empty line too many", lines(128, ""), 127, 127 * 16},
		{"empty lines", lines(1001, ""), 127, 127 * 16},
		{"short lines", lines(341, "ab"), 113, 113 * 18},
		{"exactly full", lines(23, strings.Repeat("x", 73)), 23, 2047},
		{"one byte more", lines(23, strings.Repeat("x", 73)) + "y", 22, 22 * 89},
		{"a last line too long", lines(60, "") + `\x0a` + strings.Repeat("z", 1100), 60, 60 * 16},
		{"a line in the middle", lines(60, "") + `\x0a` + strings.Repeat("z", 1100) + `\x0aend`, 60, 60 * 16},
		{"the only line fits", strings.Repeat("z", 2031), 1, 2047},
		{"the only line is too long", strings.Repeat("z", 2032), 1, 2047},
		{"the first line is too long", strings.Repeat("z", 9000) + `\x0aend`, 1, 2047},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFormatter(t, Format{})
			r := parse(t, "6,1,1000000,-;"+tt.text)
			f.Begin(r)
			got := strings.Join(all(f), "")
			if n := strings.Count(got, "\n"); n != tt.lines || len(got) != tt.length {
				t.Errorf("%d lines, %d bytes; want %d, %d", n, len(got), tt.lines, tt.length)
			}
			whole := prefix + strings.ReplaceAll(string(r.AppendText(nil)), "\n", "\n"+prefix)
			if !strings.HasPrefix(whole, strings.TrimSuffix(got, "\n")) {
				t.Errorf("%q", got)
			}
		})
	}
}

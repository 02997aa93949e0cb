package kmsg

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func newFormatter(t testing.TB, f Format) *Formatter {
	t.Helper()
	out, err := NewFormatter(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// all returns the rest of a record's payloads.
func all(f *Formatter) []string {
	var list []string
	buf := make([]byte, 0, ChunkMax)
	for b, ok := f.Next(buf); ok; b, ok = f.Next(buf) {
		list = append(list, string(b))
	}
	return list
}

func parse(t testing.TB, s string) Record {
	t.Helper()
	r, err := Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNewFormatterErrors(t *testing.T) {
	many := make([]Userdata, 257)
	for i := range many {
		many[i] = Userdata{fmt.Sprint("k", i), "v"}
	}
	tests := []struct {
		f    Format
		want string
	}{
		{Format{Release: "7.3.4"}, "release prefix on a basic target: it needs the extended format (+r)"},
		{Format{Extended: true, Release: "7,3"}, `kernel release "7,3": expected at most 64 printable characters, no blank, comma or semicolon`},
		{Format{Extended: true, Release: "7;3"}, `kernel release "7;3": expected`},
		{Format{Extended: true, Release: "7\n3"}, `kernel release "7\n3": expected`},
		{Format{Extended: true, Release: "7 3"}, `kernel release "7 3": expected`},
		{Format{Extended: true, Release: strings.Repeat("7", 65)}, "expected at most 64"},
		{Format{Extended: true, SysRelease: "7\x003"}, `kernel release "7\x003": expected`},
		{Format{Extended: true, Userdata: many}, "userdata: 257 keys, the kernel takes 256"},
		{Format{Extended: true, Userdata: []Userdata{{"a", "1"}, {"b", "2"}, {"a", "3"}}}, `userdata "a": the key is given twice`},
		{Format{Userdata: []Userdata{{"", "1"}}}, `userdata "=1": the key is empty`},
		{Format{Userdata: []Userdata{{"k", strings.Repeat("v", 200)}}}, `userdata "k": the value has 200 bytes, the kernel takes 199`},
	}
	for _, tt := range tests {
		if _, err := NewFormatter(tt.f); err == nil || !strings.HasPrefix(err.Error(), tt.want) && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+.100v: %v, want %s", tt.f, err, tt.want)
		}
	}
	for _, f := range []Format{
		{Extended: true, Release: strings.Repeat("7", 64)},
		{Extended: true, Release: "7.3.4+deb13-cloud_amd64~1"},
		{Extended: true, Userdata: many[:256]},
		{Userdata: many[:3], SysRelease: "7.3.4", MsgID: true}, // ignored on a basic target
	} {
		if _, err := NewFormatter(f); err != nil {
			t.Errorf("%+.100v: %v", f, err)
		}
	}
}

func TestExtended(t *testing.T) {
	record := "6,535,47373414,-;pci \\x0a;,\n SUBSYSTEM=pci\n"
	ud := []Userdata{{"a", "1"}, {"gone", ""}, {"b c", "\x01\\\n;x=é\xff"}}
	lines := " a=1\n b c=\x01\\\n;x=é\xff\n"
	tests := []struct {
		name   string
		f      Format
		record string
		want   []string
	}{
		{"plain", Format{}, record, []string{record}},
		{"no newline", Format{}, "6,1,2,-;cut", []string{"6,1,2,-;cut"}},
		{"no newline, userdata", Format{Userdata: ud[:1]}, "6,1,2,-;cut", []string{"6,1,2,-;cut a=1\n"}},
		{"time and syslog mean nothing", Format{NoTime: true, Syslog: true}, record, []string{record}},
		{"release", Format{Release: "7.3.4"}, record, []string{"7.3.4," + record}},
		{"userdata", Format{Userdata: ud}, record, []string{record + lines}},
		{"sysdata", Format{SysRelease: "7.3.4", MsgID: true}, record, []string{record + " release=7.3.4\n msgid=1\n"}},
		{"everything", Format{Release: "r", Userdata: ud, SysRelease: "s", MsgID: true}, record, []string{"r," + record + lines + " release=s\n msgid=1\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.f.Extended = true
			f := newFormatter(t, tt.f)
			f.Begin(parse(t, tt.record))
			if got := all(f); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if b, ok := f.Next([]byte("x")); ok || string(b) != "x" {
				t.Errorf("went on with %q", b)
			}
		})
	}
}

func TestNextAppends(t *testing.T) {
	f := newFormatter(t, Format{Extended: true, Release: "r"})
	f.Begin(parse(t, "6,1,2,-;"+strings.Repeat("x", 2000)+"\n"))
	sizes := []int{}
	for {
		b, ok := f.Next([]byte("headroom"))
		if !ok {
			break
		}
		if !strings.HasPrefix(string(b), "headroomr,6,1,2,-,ncfrag=") {
			t.Fatalf("%.40q", b)
		}
		sizes = append(sizes, len(b)-len("headroom"))
	}
	if !slices.Equal(sizes, []int{1000, 1000, 78}) {
		t.Error(sizes)
	}
}

func TestBeginDropsTheRest(t *testing.T) {
	f := newFormatter(t, Format{Extended: true})
	f.Begin(parse(t, "6,1,2,-;"+strings.Repeat("x", 2000)+"\n"))
	if _, ok := f.Next(nil); !ok {
		t.Fatal("nothing")
	}
	f.Begin(parse(t, "6,2,2,-;b\n"))
	if got := all(f); !slices.Equal(got, []string{"6,2,2,-;b\n"}) {
		t.Errorf("%q", got)
	}
}

func TestMsgID(t *testing.T) {
	f := newFormatter(t, Format{Extended: true, MsgID: true})
	long := "6,1,2,-;" + strings.Repeat("x", 1500) + "\n"
	for i, record := range []string{"6,1,2,-;a\n", long, "6,1,2,-;a\n"} {
		f.BeginLoss(Loss{Count: 1})
		if got := strings.Join(all(f), ""); strings.Contains(got, "msgid") {
			t.Errorf("a mark has %q", got)
		}
		f.Begin(parse(t, record))
		want := fmt.Sprintf("\n msgid=%d\n", i+1)
		if got := strings.Join(all(f), ""); !strings.HasSuffix(got, want) || strings.Count(got, "msgid") != 1 {
			t.Errorf("record %d has %q", i, got)
		}
	}
	f.msgid = 1<<32 - 1
	f.Begin(parse(t, "6,1,2,-;a\n"))
	if got := all(f); !slices.Equal(got, []string{"6,1,2,-;a\n msgid=0\n"}) {
		t.Errorf("%q", got)
	}
}

func TestFormatterAllocates(t *testing.T) {
	records := []Record{
		parse(t, "6,1,2,-,caller=T1;short\n"),
		parse(t, "6,2,3,-;"+strings.Repeat(`\x0a`, 500)+"\n SUBSYSTEM=pci\n"),
		parse(t, "6,3,4,-;"+strings.Repeat("x", 1000)+"\n"),
		parse(t, "6,3,4,-;"+strings.Repeat("x", 8000)+"\n"),
	}
	ud := []Userdata{{"a", strings.Repeat("v", 199)}, {"b", strings.Repeat("v", 199)}}
	for _, format := range []Format{
		{}, {Syslog: true, NoTime: true},
		{Extended: true}, {Extended: true, Release: "7.3.4", Userdata: ud, SysRelease: "7.3.4", MsgID: true},
	} {
		f := newFormatter(t, format)
		buf := make([]byte, 0, ChunkMax)
		run := func() {
			for _, r := range records {
				f.BeginLoss(Loss{Count: 3, First: 1, Last: 3, Usec: 5, Why: "test"})
				for _, ok := f.Next(buf); ok; _, ok = f.Next(buf) {
				}
				f.Begin(r)
				for _, ok := f.Next(buf); ok; _, ok = f.Next(buf) {
				}
			}
		}
		run()
		if n := testing.AllocsPerRun(50, run); n != 0 {
			t.Errorf("%+.100v: %v allocations, want 0", format, n)
		}
	}
}

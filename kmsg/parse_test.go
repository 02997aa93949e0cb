package kmsg

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	long := strings.Repeat("k", maxHeader-len("6,1,2,-,"))
	tests := []struct {
		name, in string
		want     Record // without Raw
		caller   string
	}{
		{name: "plain", in: "6,664,47750659,-;local port 6665\n",
			want: Record{Priority: 6, Seq: 664, Usec: 47750659, Flag: '-', Text: []byte("local port 6665")}},
		{name: "no newline", in: "6,1,2,-;text",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Text: []byte("text")}},
		{name: "empty text", in: "14,1,2,-;\n",
			want: Record{Priority: 14, Seq: 1, Usec: 2, Flag: '-'}},
		{name: "nothing behind the header", in: "14,1,2,-;",
			want: Record{Priority: 14, Seq: 1, Usec: 2, Flag: '-'}},
		{name: "continuation", in: "4,1,2,c;more\n",
			want: Record{Priority: 4, Seq: 1, Usec: 2, Flag: 'c', Text: []byte("more")}},
		{name: "continuation of old kernels", in: "4,1,2,+;more\n",
			want: Record{Priority: 4, Seq: 1, Usec: 2, Flag: '+', Text: []byte("more")}},
		{name: "semicolons and commas in the text", in: "6,1,2,-;a;b,c;ncfrag=0/5;\n",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Text: []byte("a;b,c;ncfrag=0/5;")}},
		{name: "caller", in: "6,1,2,-,caller=T123;text\n", caller: "T123",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Fields: []byte("caller=T123"), Text: []byte("text")}},
		{name: "unknown fields", in: "6,1,2,-,x,new=1,caller=C7,y=2;text\n", caller: "C7",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Fields: []byte("x,new=1,caller=C7,y=2"), Text: []byte("text")}},
		{name: "empty field", in: "6,1,2,-,;text\n",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Text: []byte("text")}},
		{name: "longest header", in: "6,1,2,-," + long + ";text\n",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Fields: []byte(long), Text: []byte("text")}},
		{name: "dictionary", in: "6,1,2,-;text\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Text: []byte("text"),
				Dict: []byte(" SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n")}},
		{name: "cut in the dictionary", in: "6,1,2,-;text\n SUBSYSTEM",
			want: Record{Priority: 6, Seq: 1, Usec: 2, Flag: '-', Text: []byte("text"), Dict: []byte(" SUBSYSTEM")}},
		{name: "largest numbers", in: "4294967295,18446744073709551615,18446744073709551615,-;\n",
			want: Record{Priority: math.MaxUint32, Seq: math.MaxUint64, Usec: math.MaxUint64, Flag: '-'}},
	}
	equal := cmp.Comparer(func(a, b []byte) bool { return bytes.Equal(a, b) })
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Raw = []byte(tt.in)
			if d := cmp.Diff(tt.want, got, equal); d != "" {
				t.Error(d)
			}
			if c := string(got.Caller()); c != tt.caller {
				t.Errorf("caller %q, want %q", c, tt.caller)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		in     string
		offset int
		what   string
	}{
		{"", 0, "expected a decimal priority, found the end"},
		{"\n", 0, `expected a decimal priority, found '\n'`},
		{"x", 0, `expected a decimal priority, found 'x'`},
		{"-6,1,2,-;", 0, `expected a decimal priority, found '-'`},
		{" DEVICE=n3\n", 0, "a dictionary line without a record before it"},
		{"6", 1, "expected a comma after the priority, found the end"},
		{"6;1", 1, `expected a comma after the priority, found ';'`},
		{"0x6,1", 1, `expected a comma after the priority, found 'x'`},
		{"4294967296,1,2,-;", 9, "priority above 4294967295"},
		{"6,,2,-;", 2, `expected a decimal sequence number, found ','`},
		{"6,18446744073709551616,2,-;", 21, "sequence number above 18446744073709551615"},
		{"6,1,-2,-;", 4, `expected a decimal time stamp, found '-'`},
		{"6,1,99999999999999999999,-;", 23, "time stamp above 18446744073709551615"},
		{"6,1,2 ,-;", 5, `expected a comma after the time stamp, found ' '`},
		{"6,1,2,", 6, "expected a flag, one of - c +, found the end"},
		{"6,1,2,;", 6, `expected a flag, one of - c +, found ';'`},
		{"6,1,2,x;", 6, `expected a flag, one of - c +, found 'x'`},
		{"6,1,2,-", 7, "expected a semicolon after the header, found the end"},
		{"6,1,2,-\n;", 7, `expected a semicolon after the header, found '\n'`},
		{"6,1,2,-,caller=T1", 17, "expected a semicolon after the header, found the end"},
		{"6,1,2,-c;", 7, `expected a comma or a semicolon after the flag, found 'c'`},
		{"6,1,2,-," + strings.Repeat("k", 600) + ";text", 513, "no semicolon within the first 512 bytes"},
		{"6,1,2,-;text\nDEVICE=n3\n", 13, `expected the blank of a dictionary line, found 'D'`},
		{"6,1,2,-;text\n A=1\n\n", 18, `expected the blank of a dictionary line, found '\n'`},
		{"6,1,2,-;a\n6,2,3,-;b\n", 10, `expected the blank of a dictionary line, found '6'`},
	}
	for _, tt := range tests {
		got, err := Parse([]byte(tt.in))
		var se *SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%.40q: error %v, want a *SyntaxError", tt.in, err)
			continue
		}
		if se.Offset != tt.offset || se.What != tt.what {
			t.Errorf("%.40q: byte %d: %s\nwant byte %d: %s", tt.in, se.Offset, se.What, tt.offset, tt.what)
		}
		if got.Raw != nil {
			t.Errorf("%.40q: a record beside the error", tt.in)
		}
	}
}

func TestRecordPriority(t *testing.T) {
	for _, tt := range []struct {
		priority        uint32
		facility, level int
	}{{0, 0, 0}, {7, 0, 7}, {8, 1, 0}, {14, 1, 6}, {44, 5, 4}, {191, 23, 7}, {2047, 255, 7}} {
		r := Record{Priority: tt.priority}
		if r.Facility() != tt.facility || r.Level() != tt.level {
			t.Errorf("%d: facility %d level %d, want %d %d", tt.priority, r.Facility(), r.Level(), tt.facility, tt.level)
		}
	}
}

func TestRecordDictionary(t *testing.T) {
	r, err := Parse([]byte("6,1,2,-;t\n SUBSYSTEM=a\\x5cb\n DEVICE=c=d\n E=\n CUT"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for k, v := range r.Dictionary() {
		got[string(k)] = string(v)
	}
	want := map[string]string{"SUBSYSTEM": `a\x5cb`, "DEVICE": "c=d", "E": "", "CUT": ""}
	if !maps.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for k := range r.Dictionary() {
		if string(k) != "SUBSYSTEM" {
			t.Error("went on after break")
		}
		break
	}
}

func TestParseAllocates(t *testing.T) {
	in := []byte("6,535,47373414,-,caller=T1;pci \\x5c 0000:00:11.0\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n")
	text := make([]byte, 0, 100)
	n := testing.AllocsPerRun(100, func() {
		r, err := Parse(in)
		if err != nil || len(r.Caller()) != 2 {
			t.Fatal(r.Caller(), err)
		}
		keys := 0
		for k, v := range r.Dictionary() {
			keys += len(k) + len(v)
		}
		if keys != 35 || len(r.AppendText(text)) != 18 {
			t.Fatal(keys, len(r.AppendText(text)))
		}
	})
	if n != 0 {
		t.Errorf("%v allocations a record, want 0", n)
	}
}

// recordPattern is the obvious, slow description of a record.
var recordPattern = regexp.MustCompile(`\A(\d+),(\d+),(\d+),([-c+])((?:,[^;\n]*)?);([^\n]*)(?:\n((?: [^\n]*\n)*(?: [^\n]*)?))?\z`)

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", " X=1\n", "6,1,2,-;text\n", "6,1,2,c;", "6,1,2,-,caller=T1,,x;\\x0a\n A=1\n B", "6,1,2,-;a\nb\n", "4294967296,1,2,-;"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Parse(b)
		m := recordPattern.FindSubmatch(b)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.Offset < 0 || se.Offset > len(b) || se.What == "" {
				t.Fatalf("%q: %#v", b, err)
			}
			if m != nil && !outOfRange(m) {
				t.Fatalf("%q refused: %v", b, err)
			}
			return
		}
		if m == nil || outOfRange(m) {
			t.Fatalf("%q accepted", b)
		}
		fields := m[5]
		if len(fields) > 0 {
			fields = fields[1:]
		}
		if !bytes.Equal(r.Fields, fields) || !bytes.Equal(r.Text, m[6]) || !bytes.Equal(r.Dict, m[7]) || r.Flag != m[4][0] || !bytes.Equal(r.Raw, b) {
			t.Fatalf("%q: %+v", b, r)
		}
		for i, v := range []uint64{uint64(r.Priority), r.Seq, r.Usec} {
			if s := strings.TrimLeft(string(m[i+1]), "0"); s != strings.TrimLeft(strconv.FormatUint(v, 10), "0") {
				t.Fatalf("%q: number %d is %d", b, i, v)
			}
		}
	})
}

func outOfRange(m [][]byte) bool {
	_, err1 := strconv.ParseUint(string(m[1]), 10, 32)
	_, err2 := strconv.ParseUint(string(m[2]), 10, 64)
	_, err3 := strconv.ParseUint(string(m[3]), 10, 64)
	header := len(m[0]) - len(m[6]) - 1
	if i := bytes.IndexByte(m[0], ';'); i >= 0 {
		header = i
	}
	return err1 != nil || err2 != nil || err3 != nil || header > maxHeader
}

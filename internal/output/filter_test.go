package output

import (
	"errors"
	"strings"
	"testing"

	"netkmsg/kmsg"
)

func TestFilterMatch(t *testing.T) {
	table, err := ParseNames(strings.NewReader("192.0.2.1 web1\n"), "hosts")
	if err != nil {
		t.Fatal(err)
	}
	names := NewNames(table, nil)
	defer names.Close()
	fail := message(t, web, day, `3,1,1,-;sda: I/O error, \x5cslash\x0asecond line`+"\n")
	local := message(t, lab, day, "30,1,1,-;daemon says hello\n")
	basic := message(t, store, day, "[    1.000000] basic text\n")
	ranked := message(t, store, day, "<14>[    1.000000] with a priority\n")
	tests := []struct {
		filter string
		want   string // of fail, local, basic, ranked
	}{
		{"host=192.0.2.1", "+---"},
		{"host=192.0.2.1:6665", "+---"},
		{"host=192.0.2.1:1", "----"},
		{"host=192.0.2.0/24,fe80::/10", "++--"},
		{"host=fe80::2", "-+--"},
		{"host=fe80::2%eth0", "-+--"},
		{"host=fe80::2%eth1", "----"},
		{"host=[fe80::2%eth0]:40001", "-+--"},
		{"host=::ffff:192.0.2.1", "+---"},
		{"host=web1", "+---"},
		{"host=WEB1,nobody", "+---"},
		{"host!=web1", "-+++"},
		{"severity<=err", "+---"},
		{"severity<err", "----"},
		{"severity<=3", "+---"},
		{"severity=warning", "--+-"},
		{"severity=err,info", "++-+"},
		{"severity!=err,info", "--+-"},
		{"severity>warn", "-+-+"},
		{"level>=error", "++++"},
		{"severity>=4", "-+++"},
		{"facility=kern", "+-+-"},
		{"facility=daemon,1", "-+-+"},
		{"facility!=kern", "-+-+"},
		{"text~error", "+---"},
		{"text~(?i)ERROR|HELLO", "++--"},
		{`text~, \\slash\nsecond`, "+---"},
		{`text~^basic text$`, "--+-"},
		{"text!~hello|error", "--++"},
		{"text~=~", "----"},
	}
	for _, tt := range tests {
		f, err := ParseFilter(tt.filter, names)
		if err != nil {
			t.Errorf("%s: %v", tt.filter, err)
			continue
		}
		got := ""
		for _, m := range []*kmsg.Message{fail, local, basic, ranked} {
			if f.Match(m) {
				got += "+"
			} else {
				got += "-"
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.filter, got, tt.want)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	tests := []struct {
		filter string
		offset int
		what   string
	}{
		{"", 0, "want ="},
		{"host", 4, "want ="},
		{"sevrity<=err", 0, "want host, severity"},
		{"host~web", 4, "does not go"},
		{"host<1", 4, "does not go"},
		{"text=a", 4, "does not go"},
		{"severity~a", 8, "does not go"},
		{"host!", 4, "does not go"},
		{"host=", 5, "want a value"},
		{"host=192.0.2.1,,", 15, "want an address"},
		{"host=192.0.2.0/99", 5, "want an address"},
		{"host=web1", 5, "no names"},
		{"severity<=error,worse", 10, "list"},
		{"severity=err,worse", 13, "want 0 to 7"},
		{"severity<=8", 10, "want 0 to 7"},
		{"facility=kern,none", 14, "local7"},
		{"text~a(", 5, "missing closing )"},
	}
	for _, tt := range tests {
		_, err := ParseFilter(tt.filter, nil)
		var e *FilterError
		if !errors.As(err, &e) || e.Offset != tt.offset || !strings.Contains(err.Error(), tt.what) {
			t.Errorf("%s: %v, want %q at %d", tt.filter, err, tt.what, tt.offset)
		}
	}
}

func TestFilters(t *testing.T) {
	var f Filters
	for _, spec := range []string{"host=192.0.2.1", "severity<=err"} {
		one, err := ParseFilter(spec, nil)
		if err != nil {
			t.Fatal(err)
		}
		f = append(f, one)
	}
	if !f.Match(message(t, web, day, "3,1,1,-;x\n")) || f.Match(message(t, web, day, "4,1,1,-;x\n")) || f.Match(message(t, lab, day, "3,1,1,-;x\n")) {
		t.Error("all of the filters must match")
	}
	if !f.MatchNotice(&kmsg.Notice{Host: web}) || f.MatchNotice(&kmsg.Notice{Host: lab}) || !f.MatchNotice(&kmsg.Notice{}) {
		t.Error("notices pass by host alone")
	}
	if not, err := ParseFilter("host!=192.0.2.1", nil); err != nil || not.MatchNotice(&kmsg.Notice{Host: web}) || !not.MatchNotice(&kmsg.Notice{Host: lab}) {
		t.Error("negated:", err)
	}
	if !(Filters(nil)).Match(message(t, web, day, "x")) {
		t.Error("no filter lets everything pass")
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"host=192.0.2.0/24,web1", "severity<=err", "facility!=kern,9", "text!~a|b", "!=~"} {
		f.Add(s)
	}
	m := message(f, web, day, "3,1,1,-;te\\x0axt\n")
	f.Fuzz(func(t *testing.T, spec string) {
		one, err := ParseFilter(spec, &Names{})
		if err == nil {
			one.Match(m)
			one.MatchNotice(&kmsg.Notice{Host: lab})
			return
		}
		var e *FilterError
		if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(spec) || err.Error() == "" {
			t.Errorf("%q: %v", spec, err)
		}
	})
}

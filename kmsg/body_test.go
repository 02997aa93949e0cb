package kmsg

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestSplitBody(t *testing.T) {
	const head = "6,417,8417578,-;"
	fill := func(n int) string { return strings.Repeat("x", n-len(head)) } // a record of n bytes
	for _, tt := range []struct {
		name, body             string
		text, dict, user, sys_ string
	}{
		{"text", "text\n", "text", "", "", ""},
		{"no newline", "text", "text", "", "", ""},
		{"empty", "", "", "", "", ""},
		{"only a newline", "\n", "", "", "", ""},
		{"dictionary", "t\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n", "t", " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n", "", ""},
		{"one line", "t\n DEVICE=n5\n", "t", " DEVICE=n5\n", "", ""},
		{"escaped value", "t\n SUBSYSTEM=a\\x0ab\n", "t", " SUBSYSTEM=a\\x0ab\n", "", ""},
		{"raw value is userdata", "t\n SUBSYSTEM=\xc3\xa4\n", "t", "", " SUBSYSTEM=\xc3\xa4\n", ""},
		{"twice is userdata", "t\n SUBSYSTEM=a\n SUBSYSTEM=b\n", "t", " SUBSYSTEM=a\n", " SUBSYSTEM=b\n", ""},
		{"wrong order is userdata", "t\n DEVICE=n5\n SUBSYSTEM=b\n", "t", " DEVICE=n5\n", " SUBSYSTEM=b\n", ""},
		{"behind userdata is userdata", "t\n a=b\n DEVICE=n5\n", "t", "", " a=b\n DEVICE=n5\n", ""},
		{"cut in a key", "t\n SUBSYSTEM=pci\n DEV", "t", " SUBSYSTEM=pci\n DEV", "", ""},
		{"cut in a value", "t\n SUBSYSTEM=p", "t", " SUBSYSTEM=p", "", ""},
		{"userdata", "t\n SUBSYSTEM=pci\n a b=c=d\n e=\n", "t", " SUBSYSTEM=pci\n", " a b=c=d\n e=\n", ""},
		{"userdata in lines", "t\n a=b\nc\n\n d\n=e\n", "t", "", " a=b\nc\n\n d\n=e\n", ""},
		{"no entry", "t\nrubbish\n", "t", "", "rubbish\n", ""},
		{"sysdata", "t\n cpu=1\n taskname=h\n release=7.3.4\n msgid=1\n", "t", "", "", " cpu=1\n taskname=h\n release=7.3.4\n msgid=1\n"},
		{"some sysdata", "t\n a=b\n taskname=\n msgid=4294967295\n", "t", "", " a=b\n", " taskname=\n msgid=4294967295\n"},
		{"all with userdata", "t\n foo=bar\n cpu=99\n taskname=me\n cpu=0\n taskname=h\n release=7.3.4+deb13-cloud-amd64\n msgid=2\n", "t", "",
			" foo=bar\n cpu=99\n taskname=me\n", " cpu=0\n taskname=h\n release=7.3.4+deb13-cloud-amd64\n msgid=2\n"},
		{"taskname in two lines", "t\n cpu=1\n taskname=a\nb c\n msgid=3\n", "t", "", "", " cpu=1\n taskname=a\nb c\n msgid=3\n"},
		{"taskname too long", "t\n cpu=1\n taskname=0123456789abcdef\n", "t", "", " cpu=1\n taskname=0123456789abcdef\n", ""},
		{"no number", "t\n cpu=one\n msgid=01\n", "t", "", " cpu=one\n msgid=01\n", ""},
		{"sysdata then userdata", "t\n cpu=1\n a=b\n", "t", "", " cpu=1\n a=b\n", ""},
		{"cut record, userdata", fill(2048) + " a=b\n msgid=5\n", fill(2048), "", " a=b\n", " msgid=5\n"},
		{"cut record", fill(2048), fill(2048), "", "", ""},
		{"longer record of an old kernel", fill(3000) + "\n", fill(3000), "", "", ""},
		{"longer record, dictionary", fill(3000) + "\n SUBSYSTEM=pci\n", fill(3000), " SUBSYSTEM=pci\n", "", ""},
		{"cut dictionary, userdata", fill(2048-len("\n SUBSYS")) + "\n SUBSYS a=b\n", fill(2048 - len("\n SUBSYS")), " SUBSYS", " a=b\n", ""},
		{"whole record across the limit", fill(2046) + "\n a=b\n", fill(2046), "", " a=b\n", ""},
		{"record that ends at the limit", fill(2047) + "\n a=b\n", fill(2047), "", " a=b\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := []byte(head + tt.body)
			text, dict, user := splitBody(rec, len(head))
			var m Message
			m.set(rec, len(head), 0)
			got := fmt.Sprintf("%q %q %q %q", m.Text, m.Dict, m.UserdataRaw, m.SysdataRaw)
			if want := fmt.Sprintf("%q %q %q %q", tt.text, tt.dict, tt.user, tt.sys_); got != want {
				t.Errorf("split at %d, %d, %d\n got %.300s\nwant %.300s", text, dict, user, got, want)
			}
			if all := string(m.Raw) + string(m.UserdataRaw) + string(m.SysdataRaw); all != string(rec) {
				t.Errorf("%q", all)
			}
			if _, err := Parse(m.Raw); err != nil {
				t.Errorf("%q: %v", m.Raw, err)
			}
		})
	}
}

func TestEntries(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{" a=b\n", `"a"="b" `},
		{" a=b", `"a"="b" `},
		{" a=b=c\n d e=\n", `"a"="b=c" "d e"="" `},
		{" a=b\nc\n\nd\n e=f\n", `"a"="b\nc\n\nd" "e"="f" `},
		{" a=b\n c\n e=f\n", `"a"="b\n c" "e"="f" `},
		{" a=b\n =c\n", `"a"="b\n =c" `},
		{" a\n", `"a" `},
		{"rubbish\n a=b\n", `"rubbish" "a"="b" `},
		{" " + strings.Repeat("k", 53) + "=v\n", `"` + strings.Repeat("k", 53) + `"="v" `},
		{" a=b\n " + strings.Repeat("k", 54) + "=v\n", `"a"="b\n ` + strings.Repeat("k", 54) + `=v" `},
	} {
		var got strings.Builder
		for key, value := range entries([]byte(tt.in)) {
			fmt.Fprintf(&got, "%q", key)
			if value != nil {
				fmt.Fprintf(&got, "=%q", value)
			}
			got.WriteString(" ")
		}
		if got.String() != tt.want {
			t.Errorf("%q: %s, want %s", tt.in, got.String(), tt.want)
		}
	}
	for range entries([]byte(" a=b\n c=d\n")) {
		break
	}
}

func TestMsgIDLine(t *testing.T) {
	for in, want := range map[string]int64{
		"t\n msgid=7\n": 7, "t\n cpu=1\n msgid=4294967295\n": 4294967295, "t\n msgid=7": 7,
		" msgid=7\n": -1, "t\n msgid=4294967296\n": -1, "t\n msgid=7\n a=b\n": -1, "t\n msgid=\n": -1, "": -1, "t\nmsgid=7\n": -1,
	} {
		got, ok := msgID([]byte(in))
		if ok != (want >= 0) || ok && int64(got) != want {
			t.Errorf("%q: %d %v, want %d", in, got, ok, want)
		}
	}
}

// A mark that BeginLoss makes comes back as the same Loss.
func TestLossMark(t *testing.T) {
	f := newFormatter(t, Format{Extended: true, Release: "7.3.4"})
	for _, want := range []Loss{
		{Count: 3, First: 417, Last: 419, Usec: 6352869, Why: "overwritten"},
		{Count: 1, First: 419, Last: 419, Usec: 1},
		{Count: 2, First: 0, Last: 419, Usec: 0, Why: "refused (by) the device"},
	} {
		f.BeginLoss(want)
		payload, _ := f.Next(nil)
		d := Decode(payload)
		if got, ok := d.lossMark(); !ok || got != want {
			t.Errorf("%q: %+v, %v", payload, got, ok)
		}
	}
	good := "44,419,1,-;netkmsg: 3 records lost: 417-419\n NETKMSG_LOST=417-419\n NETKMSG_COUNT=3\n"
	for _, s := range []string{
		strings.Replace(good, "44", "6", 1),
		strings.Replace(good, "419,1", "420,1", 1),
		strings.Replace(good, "COUNT=3", "COUNT=4", 1),
		strings.Replace(good, "COUNT=3", "COUNT=0", 1),
		strings.Replace(good, "COUNT=3", "COUNT=-3", 1),
		strings.Replace(good, "COUNT=3", "COUNT=99999999999999999999", 1),
		strings.Replace(good, "LOST=417-419", "LOST=-419", 1),
		strings.Replace(good, "LOST=417-419", "LOST=420-419", 1),
		strings.Replace(good, " NETKMSG_COUNT=3\n", "", 1),
		strings.Replace(good, ",-;", ",-,ncfrag=0/1000;", 1),
	} {
		d := Decode([]byte(s))
		if l, ok := d.lossMark(); ok {
			t.Errorf("%q: %+v", s, l)
		}
	}
}

func TestBasicText(t *testing.T) {
	for _, tt := range []struct {
		in, text string
		usec     int64
		prio     int
		caller   string
	}{
		{"[    8.417578] text\n", "text", 8417578, -1, ""},
		{"[    8.417578] text", "text", 8417578, -1, ""},
		{"[    8.417578] one\n[    8.417578] two\n[    8.417578] \n", "one\ntwo\n", 8417578, -1, ""},
		{"[    8.417578] one\n[    8.417579] two\n", "one\n[    8.417579] two", 8417578, -1, ""},
		{"<14>[    6.268971] two\n<14>[    6.268971] lines\n", "two\nlines", 6268971, 14, ""},
		{"<14>no time\n", "no time", -1, 14, ""},
		{"[    8.417578][  T123] text\n", "text", 8417578, -1, "T123"},
		{"[  C123] text\n", "text", -1, -1, "C123"},
		{"[    8.417578]text\n", "[    8.417578]text", -1, -1, ""},
		{"[    8.4175] text\n", "[    8.4175] text", -1, -1, ""},
		{"[12345678.000001] text\n", "text", 12345678000001, -1, ""},
		{"[drm] text\n", "[drm] text", -1, -1, ""},
		{"\n", "", -1, -1, ""},
		{"a\n\nb\n", "a\n\nb", -1, -1, ""},
		{"\x1b[2J\\x41\n", "\x1b[2J\\x41", -1, -1, ""},
	} {
		var m Message
		m.setBasic([]byte(tt.in))
		text := m.AppendText(nil)
		if string(text) != tt.text || m.HasTime != (tt.usec >= 0) || m.HasTime && m.Usec != uint64(tt.usec) ||
			m.HasPriority != (tt.prio >= 0) || m.HasPriority && m.Priority != uint32(tt.prio) || string(m.Caller()) != tt.caller {
			t.Errorf("%q: text %q, %v %d, %v %d, caller %q", tt.in, text, m.HasTime, m.Usec, m.HasPriority, m.Priority, m.Caller())
		}
		if !m.HasPriority && m.Level() != 4 || !bytes.Equal(m.Raw, []byte(tt.in)) {
			t.Errorf("%q: level %d, raw %q", tt.in, m.Level(), m.Raw)
		}
	}
}

package output

import (
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"netkmsg/kmsg"
)

var syslogAt = time.Date(2026, 11, 23, 11, 11, 12, 123456789, time.FixedZone("", 3600))

func testForm(limit int) syslogForm {
	return newSyslogForm(SyslogOptions{Enterprise: 32473, MaxSize: limit, Name: func(a netip.AddrPort) string {
		if a.Port() == 7 {
			return "db1 .lan"
		}
		return ""
	}})
}

// fullMessage has everything that a record can have.
func fullMessage() *kmsg.Message {
	return &kmsg.Message{
		Record: kmsg.Record{
			Priority: 3<<3 | 6, Seq: 417, Usec: 12345678, Flag: 'c', Fields: []byte("caller=T1"), Lost: 3,
			Text: []byte(`disk \xc3\xbc \x22full\x22\x0aor so`), Dict: []byte(" SUBSYSTEM=pci\n DEVICE=+pci:\\x5c]\n"),
		},
		Host: netip.MustParseAddrPort("[fe80::1%eth0]:6665"), Time: syslogAt,
		Release: []byte("6.12.1"), UserdataRaw: []byte(" site=a\"b\\c]\n two words=x\n"), SysdataRaw: []byte(" cpu=2\n"),
		Holes: []kmsg.Hole{{From: 5, To: 9}, {From: 20, To: -1}}, Late: true, Replayed: true, Joined: 2,
	}
}

func TestSyslogMessage(t *testing.T) {
	basic := &kmsg.Message{Record: kmsg.Record{Priority: 4, Raw: []byte("hello\n"), Text: []byte("hello")}, Basic: true,
		Host: netip.MustParseAddrPort("10.0.0.5:7"), Time: syslogAt}
	malformed := &kmsg.Message{Record: kmsg.Record{Priority: 4, Raw: []byte("6,1\xff\x00")}, Malformed: "fragment beyond \"end\"",
		Host: netip.MustParseAddrPort("10.0.0.5:6665"), Time: syslogAt}
	strange := &kmsg.Message{Record: kmsg.Record{Priority: 130<<3 | 1, Flag: '-', Text: []byte("x\ty\\x1b[0m")},
		UserdataRaw: []byte(" k\xff=1\n " + strings.Repeat("n", 33) + "=2\n raw=a\xffb\nc\n")}
	tests := []struct {
		m    *kmsg.Message
		want string
	}{
		{fullMessage(), `<30>1 2026-11-23T10:11:12.123456Z fe80::1%eth0 kernel - record ` +
			`[netkmsg@32473 host="[fe80::1%eth0\]:6665" seq="417" usec="12345678" flag="c" caller="T1" release="6.12.1" holes="5-8,20-" lost="3" joined="2" late="1" replayed="1"]` +
			`[dict@32473 SUBSYSTEM="pci" DEVICE="+pci:\\\]"][userdata@32473 site="a\"b\\c\]" entry="two words=x"][sysdata@32473 cpu="2"]` +
			" \xef\xbb\xbfdisk ü \"full\"\\x0aor so"},
		{basic, `<4>1 2026-11-23T10:11:12.123456Z db1_.lan kernel - record [netkmsg@32473 host="10.0.0.5:7"] hello`},
		{malformed, `<4>1 2026-11-23T10:11:12.123456Z 10.0.0.5 kernel - record ` +
			`[netkmsg@32473 host="10.0.0.5:6665" malformed="fragment beyond \"end\""] 6,1` + "\xff" + `\x00`},
		{strange, `<9>1 - - kernel - record [netkmsg@32473 seq="0" usec="0" flag="-" facility="130"]` +
			`[userdata@32473 entry="k\\xff=1" entry="` + strings.Repeat("n", 33) + `=2" raw="a\\xffb\\x0ac"] x` + "\t" + `y\x1b[0m`},
	}
	f := testForm(8192)
	for _, tt := range tests {
		got := string(f.appendMessage([]byte("before"), tt.m))
		if got != "before"+tt.want {
			t.Errorf("\n got %q\nwant %q", got, "before"+tt.want)
		}
		if _, err := parseSyslog(tt.want); err != nil {
			t.Errorf("%q: %v", tt.want, err)
		}
	}
}

func TestSyslogNotice(t *testing.T) {
	host := netip.MustParseAddrPort("10.0.0.5:6665")
	tests := []struct {
		n    kmsg.Notice
		want string
	}{
		{kmsg.Notice{Kind: kmsg.NoticeGap, Host: host, Time: syslogAt, First: 417, Last: 419, Count: 3, Certain: true, Lost: 2},
			`<44>1 2026-11-23T10:11:12.123456Z 10.0.0.5 netkmsg - gap [netkmsg@32473 host="10.0.0.5:6665" first="417" last="419" count="3" lost="2"] ` +
				"\xef\xbb\xbf-- 3 records missing: 417–419, 2 lost and 1 filtered by the sender --"},
		{kmsg.Notice{Kind: kmsg.NoticeReboot, Host: host, First: 9, Last: 0, Usec: [2]uint64{5e6, 0}},
			`<44>1 - 10.0.0.5 netkmsg - reboot [netkmsg@32473 host="10.0.0.5:6665" first="9" last="0"] ` +
				"-- the host rebooted, or sent its log again: record 9 at 5.000000 s was followed by 0 at 0.000000 s --"},
		{kmsg.Notice{Kind: kmsg.NoticeSuppressed, First: 1, Count: 7},
			`<45>1 - - netkmsg - suppressed [netkmsg@32473 count="7"] -- 7 notices suppressed --`},
		{kmsg.Notice{Kind: kmsg.NoticePartial, First: 1, Last: 1, Holes: []kmsg.Hole{{From: 0, To: 1}}},
			`<44>1 - - netkmsg - partial [netkmsg@32473 first="1" last="1" holes="0-0"] -- incomplete record 1: bytes 0 missing --`},
	}
	f := testForm(8192)
	for _, tt := range tests {
		if got := string(f.appendNotice(nil, &tt.n)); got != tt.want {
			t.Errorf("\n got %q\nwant %q", got, tt.want)
		}
	}
	want := `<44>1 2026-11-23T10:11:12.123456Z - netkmsg - shed [netkmsg@32473 count="5"] ` +
		"-- 5 records and notices lost here: what takes them does not keep up --"
	if got := string(f.appendShed(nil, syslogAt, 5)); got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	for k := kmsg.NoticeGap; k <= kmsg.NoticeSuppressed; k++ {
		if noticeWord(k) == "notice" {
			t.Errorf("kind %d has no word", k)
		}
	}
}

// What is too long loses data, then text, says so, and keeps to the limit.
func TestSyslogLimit(t *testing.T) {
	f := testForm(2048)
	for _, tt := range []struct {
		text, user int
		cutData    bool
		cutText    bool
	}{
		{100, 100, false, false},
		{1600, 20, false, false},
		{5000, 100, false, true},
		{100, 3000, true, false},
		{5000, 3000, true, true},
	} {
		m := textFrom("10.0.0.5:6665", strings.Repeat("ü", tt.text/2))
		m.Flag = '-'
		m.UserdataRaw = []byte(" key=" + strings.Repeat("v", tt.user) + "\n")
		got := string(f.appendMessage(nil, m))
		l, err := parseSyslog(got)
		if err != nil || !l.utf8 || len(got) > 2048 || !utf8.ValidString(got) {
			t.Errorf("%+v: %d bytes, %v", tt, len(got), err)
		}
		params := l.data["netkmsg@32473"]
		if cut := params[len(params)-1] == [2]string{"cut", "structured data"}; cut != tt.cutData {
			t.Errorf("%+v: %q", tt, params)
		}
		if cut := strings.HasSuffix(l.msg, " bytes cut --]"); cut != tt.cutText || tt.cutText && len(got) < 2000 {
			t.Errorf("%+v: %d bytes, %q", tt, len(got), l.msg)
		}
	}
	m := textFrom("10.0.0.5:6665", strings.Repeat("x", 2000))
	m.Flag = '-'
	l, _ := parseSyslog(string(f.appendMessage(nil, m)))
	kept, mark, _ := strings.Cut(l.msg, "[")
	if want := "-- " + strconv.Itoa(2000-len(kept)) + " bytes cut --]"; mark != want {
		t.Errorf("%q after %d bytes, want %q", mark, len(kept), want)
	}
}

// Whatever a sender sends: the message is by the grammar, no longer than it
// may be, has no control characters, and its data are those of the record.
func FuzzSyslog(f *testing.F) {
	f.Add([]byte("text"), []byte(" SUBSYSTEM=pci\n"), []byte(" a=b\n c=d\n"), []byte("6.12"), uint32(6), "db1", false)
	f.Add([]byte("\xff\x1b[0m"), []byte(" x\n"), []byte(" ]=\\\"\n"), []byte(""), uint32(1<<31), "a b", true)
	f.Add([]byte(strings.Repeat("ü", 600)), []byte{}, []byte(" k="+strings.Repeat("]", 900)+"\n"), []byte(strings.Repeat("T", 900)), uint32(0), strings.Repeat("n", 300), false)
	f.Fuzz(func(t *testing.T, text, dict, user, fields []byte, pri uint32, name string, basic bool) {
		if len(dict) > 0 && dict[0] != ' ' {
			return
		}
		m := &kmsg.Message{Record: kmsg.Record{Priority: pri, Flag: '-', Text: text}, Basic: basic, UserdataRaw: user,
			Release: []byte("6.12"), Host: netip.MustParseAddrPort("10.0.0.5:1"), Time: syslogAt}
		m.Fields = append([]byte("caller="), fields...)
		for i := range fields {
			m.Holes = append(m.Holes, kmsg.Hole{From: i * 1000, To: i*1000 + 1})
		}
		for _, limit := range []int{syslogLeast, 2048, 1 << 20} {
			form := newSyslogForm(SyslogOptions{Enterprise: 1<<32 - 1, MaxSize: limit, Name: func(netip.AddrPort) string { return name }})
			got := string(form.appendMessage(nil, m))
			l, err := parseSyslog(got)
			if err != nil {
				t.Fatalf("%v\n%q", err, got)
			}
			if i := strings.IndexFunc(got, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }); i >= 0 {
				t.Errorf("control character at %d of %q", i, got)
			}
			if len(got) > limit {
				t.Errorf("%d bytes, at most %d were wanted", len(got), limit)
			}
			if l.pri&7 != m.Level() || limit > len(got) && len(user) > 0 && l.data["userdata@4294967295"] == nil && !strings.Contains(got, `cut="`) {
				t.Errorf("%q", got)
			}
		}
	})
}

func TestSyslogAddress(t *testing.T) {
	tests := []struct {
		s    string
		want syslogAddress
		show string
	}{
		{"log.lan", syslogAddress{"udp", "log.lan", "514"}, "udp://log.lan:514"},
		{"udp://log.lan:5140", syslogAddress{"udp", "log.lan", "5140"}, "udp://log.lan:5140"},
		{"tcp://10.0.0.1", syslogAddress{"tcp", "10.0.0.1", "601"}, "tcp://10.0.0.1:601"},
		{"tls://fe80::1%eth0", syslogAddress{"tls", "fe80::1%eth0", "6514"}, "tls://[fe80::1%eth0]:6514"},
		{"tls://[fe80::1%eth0]:99", syslogAddress{"tls", "fe80::1%eth0", "99"}, "tls://[fe80::1%eth0]:99"},
		{"[::1]", syslogAddress{"udp", "::1", "514"}, "udp://[::1]:514"},
	}
	for _, tt := range tests {
		got, err := parseSyslogAddress(tt.s)
		if err != nil || !reflect.DeepEqual(got, tt.want) || got.String() != tt.show {
			t.Errorf("%s: got %v, %v, want %v", tt.s, got, err, tt.want)
		}
	}
	for _, s := range []string{"", "udp://", "http://x", "x:0", "x:65536", "x:y", "x:", ":514", "a:b:c", "tcp://user@x", "x/y", "[x]", "fe80::1]:5:"} {
		if got, err := parseSyslogAddress(s); err == nil {
			t.Errorf("%q: %v", s, got)
		} else if !strings.Contains(err.Error(), "want [udp://|tcp://|tls://]HOST[:PORT]") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

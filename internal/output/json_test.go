package output

import (
	"bytes"
	"encoding/json"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"netkmsg/internal/corpus"
	"netkmsg/kmsg"
)

// object is a line of docs/json.md.
type object struct {
	Notice          *string
	Received        time.Time
	Host, Name      string
	Port            uint16
	Format          string
	Seq, Usec       *uint64
	Time            *time.Time
	TimeUncertainty *float64 `json:"time_uncertainty"`
	Level, Facility *int
	Severity        string
	FacilityName    string `json:"facility_name"`
	Flag            *string
	Caller, Release *string
	Text            string
	TextRaw         *string `json:"text_raw"`
	Dict            map[string]string
	DictRaw         *string `json:"dict_raw"`
	Userdata        map[string]string
	UserdataRaw     *string `json:"userdata_raw"`
	Sysdata         map[string]string
	SysdataRaw      *string `json:"sysdata_raw"`
	Fields          string
	Datagrams       int
	Lost            uint64
	Holes           [][2]*int
	Late, Replayed  bool
	Joined          int
	Malformed       string

	First, Last   *uint64
	Count         uint64
	Certain       *bool
	Total         int
	Why           string
	Idle          float64
	Account       map[string]uint64
	Before, After *struct{ Seq, Usec uint64 }
}

func parseLine(t *testing.T, line []byte) object {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	var o object
	if err := d.Decode(&o); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if !bytes.HasSuffix(line, []byte("}\n")) || bytes.IndexByte(line, '\n') != len(line)-1 {
		t.Fatalf("%q is not one line", line)
	}
	if safe := appendSafe(nil, line[:len(line)-1]); !bytes.Equal(safe, line[:len(line)-1]) {
		t.Fatalf("%q holds what a terminal does not show", line)
	}
	return o
}

func TestJSONGolden(t *testing.T) {
	got := scene(newTalk(NewJSONFormat(JSONOptions{Names: sceneNames(t)})))
	for line := range bytes.Lines(got) {
		parseLine(t, line)
	}
	golden(t, "json.jsonl", got)
}

// reference checks an object against the message it was made of, by means that
// the encoder does not use.
func reference(t *testing.T, o object, m *kmsg.Message) {
	t.Helper()
	check := func(what string, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("%s: %+v, of %+v", what, o, m)
		}
	}
	check("received", o.Received.Equal(m.Time))
	check("host", o.Host == m.Host.Addr().String() && o.Port == m.Host.Port())
	check("datagrams", o.Datagrams == m.Datagrams)
	check("late, replayed, joined, lost", o.Late == m.Late && o.Replayed == m.Replayed && o.Joined == m.Joined && o.Lost == m.Lost)
	check("holes", len(o.Holes) == len(m.Holes))
	check("malformed", o.Malformed == strings.ToValidUTF8(m.Malformed, "\ufffd"))
	if m.Malformed != "" {
		check("malformed text", bytes.Equal(exact(t, o.Text, o.TextRaw), m.Raw))
		return
	}
	check("text", bytes.Equal(exact(t, o.Text, o.TextRaw), m.AppendText(nil)))
	check("caller", (o.Caller == nil) == (m.Caller() == nil))
	if m.Basic {
		check("seq, flag", o.Format == "basic" && o.Seq == nil && o.Flag == nil)
		check("usec", (o.Usec != nil) == m.HasTime && (!m.HasTime || *o.Usec == m.Usec))
		check("level", (o.Level != nil) == m.HasPriority)
	} else {
		check("seq, usec", o.Format == "extended" && *o.Seq == m.Seq && *o.Usec == m.Usec)
		check("flag", *o.Flag == string(m.Flag))
		check("level", o.Level != nil)
	}
	if o.Level != nil {
		check("level, facility", *o.Level == m.Level() && *o.Facility == m.Facility() && o.Severity == severities[m.Level()])
	}
	entriesEqual(t, "dict", o.Dict, o.DictRaw, m.Dict, m.Dictionary(), func(b []byte) []byte { return kmsg.AppendUnescaped(nil, b) })
	entriesEqual(t, "userdata", o.Userdata, o.UserdataRaw, m.UserdataRaw, m.Userdata(), bytes.Clone)
	entriesEqual(t, "sysdata", o.Sysdata, o.SysdataRaw, m.SysdataRaw, m.Sysdata(), bytes.Clone)
}

// exact is what the document promises: the raw string, if there is one, has all
// the bytes.
func exact(t *testing.T, s string, raw *string) []byte {
	t.Helper()
	if raw == nil {
		return []byte(s)
	}
	b := kmsg.AppendUnescaped(nil, []byte(*raw))
	if utf8.Valid(b) {
		t.Errorf("%q has a raw string for no reason", b)
	}
	return b
}

func entriesEqual(t *testing.T, what string, got map[string]string, raw *string, lines []byte, list iter.Seq2[[]byte, []byte], plain func([]byte) []byte) {
	t.Helper()
	if raw != nil {
		if back := kmsg.AppendUnescaped(nil, []byte(*raw)); !bytes.Equal(back, plain(lines)) {
			t.Errorf("%s_raw: %q, want %q", what, back, lines)
		}
		return
	}
	n := 0
	for key, value := range list {
		n++
		if v, ok := got[string(plain(key))]; !ok || v != string(plain(value)) {
			t.Errorf("%s %q: %q, want %q", what, key, v, plain(value))
		}
	}
	if n != len(got) {
		t.Errorf("%s: %d entries, want %d", what, len(got), n)
	}
}

func TestJSONMessages(t *testing.T) {
	tests := []struct{ name, payload, want string }{
		{"not UTF-8", `6,1,2,-;caf\xe9 \x5c \"q\"` + "\n", `"text":"caf` + "\ufffd" + ` \\ \\\"q\\\"","text_raw":"caf\\xe9 \\x5c \\\"q\\\""`},
		{"raw bytes", "6,1,2,-;caf\xe9\n", `"text":"caf` + "\ufffd" + `","text_raw":"caf\\xe9"`},
		{"basic not UTF-8", "[    0.000002] caf\xe9 \\\n", `"text":"caf` + "\ufffd" + ` \\","text_raw":"caf\\xe9 \\x5c"`},
		{"escapes", `6,1,2,-;\x1b[m\x0a\x09\xe2\x80\xae\xf3\xa0\x81\x81` + "\n", `"text":"\u001b[m\n\t\u202e\udb40\udc41"`},
		{"basic", "no prefix\n", `"format":"basic","seq":null,"usec":null,"level":null,"facility":null,"flag":null,"text":"no prefix"`},
		{"prefix", "<11>[   12.000345][    T7] user\n", `"format":"basic","seq":null,"usec":12000345,"level":3,"severity":"err","facility":1,"facility_name":"user","flag":null,"caller":"T7","text":"user"`},
		{"far facility", "8191,1,2,c;x\n", `"level":7,"severity":"debug","facility":1023,"flag":"c"`},
		{"dictionary", "6,1,2,-;x\n SUBSYSTEM=a\\x0ab\n DEVICE=+usb:\\xff\n", `"dict":{"SUBSYSTEM":"a\nb","DEVICE":"+usb:` + "\ufffd" + `"},"dict_raw":" SUBSYSTEM=a\\x0ab\\x0a DEVICE=+usb:\\xff\\x0a"`},
		{"repeated", "6,1,2,-;x\n k=1\n k=2\n l=\\x41\n", `"userdata":{"k":"1","l":"\\x41"},"userdata_raw":" k=1\\x0a k=2\\x0a l=\\x5cx41\\x0a"`},
		{"all in a row", "6.1.0,6,1,2,-,caller=C3,new=1;x\n a=\n cpu=4\n taskname=a\xff\n", `"caller":"C3","release":"6.1.0","text":"x","dict":{},"userdata":{"a":""},"sysdata":{"cpu":"4","taskname":"a` + "\ufffd" + `"},"sysdata_raw":" cpu=4\\x0a taskname=a\\xff\\x0a","fields":"caller=C3,new=1"`},
		{"empty datagram", "", `"format":"malformed"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := message(t, web, day, tt.payload)
			got := NewJSONFormat(JSONOptions{}).AppendMessage(nil, m)
			reference(t, parseLine(t, got), m)
			if !strings.Contains(string(got), tt.want) {
				t.Errorf("%s lacks\n%s", got, tt.want)
			}
		})
	}
}

func TestJSONNotices(t *testing.T) {
	account := &kmsg.Account{Datagrams: 7, Missing: 3}
	tests := []struct {
		n    kmsg.Notice
		want string
	}{
		{kmsg.Notice{Kind: kmsg.NoticeGap, First: 417, Last: 419, Count: 3}, `{"notice":"gap","received":"2026-03-14T09:26:53.589793238Z","host":"192.0.2.1","port":6665,"first":417,"last":419,"count":3,"certain":false,"text":"3 records missing: 417–419, lost or filtered by the sender"}`},
		{kmsg.Notice{Kind: kmsg.NoticeGap, First: 0, Last: 0, Count: 1, Lost: 1, Certain: true}, `"first":0,"last":0,"count":1,"certain":true,"lost":1,`},
		{kmsg.Notice{Kind: kmsg.NoticeReboot, First: 9, Last: 0, Usec: [2]uint64{77, 1}, Why: "6.1\xff"}, `"before":{"seq":9,"usec":77},"after":{"seq":0,"usec":1},"why":"6.1` + "\ufffd" + `"`},
		{kmsg.Notice{Kind: kmsg.NoticePartial, First: 4, Last: 4, Holes: []kmsg.Hole{{From: 1, To: 3}, {From: 9, To: -1}}, Total: 20}, `"first":4,"last":4,"holes":[[1,3],[9,null]],"total":20`},
		{kmsg.Notice{Kind: kmsg.NoticeOverlap, First: 4, Last: 4, Holes: []kmsg.Hole{{From: 1, To: 3}}}, `"notice":"overlap"`},
		{kmsg.Notice{Kind: kmsg.NoticeReboot, Basic: true, Usec: [2]uint64{9, 1}}, `"before":{"usec":9},"after":{"usec":1}`},
		{kmsg.Notice{Kind: kmsg.NoticeSenderLoss, First: 7, Last: 9, Count: 2}, `"first":7,"last":9,"count":2`},
		{kmsg.Notice{Kind: kmsg.NoticeSenderLoss, Basic: true, Count: 8, Why: "filtered"}, `"notice":"sender_loss","received":"2026-03-14T09:26:53.589793238Z","host":"192.0.2.1","port":6665,"count":8,"why":"filtered"`},
		{kmsg.Notice{Kind: kmsg.NoticeTruncated, Count: 2048, Total: 9000}, `"count":2048,"total":9000`},
		{kmsg.Notice{Kind: kmsg.NoticeMalformed, Why: "\x1b\""}, `"why":"\u001b\"","text":"malformed: \\x1b\""`},
		{kmsg.Notice{Kind: kmsg.NoticeRetired, Idle: 1500 * time.Millisecond, Account: account}, `"idle":1.500000,"account":{"datagrams":7,"bytes":0,`},
		{kmsg.Notice{Kind: kmsg.NoticeSuppressed, Count: 5}, `"notice":"suppressed"`},
		{kmsg.Notice{Kind: kmsg.NoticeOverflow, Count: 5}, `"notice":"overflow"`},
	}
	for _, tt := range tests {
		tt.n.Time, tt.n.Host = day, web
		got := NewJSONFormat(JSONOptions{}).AppendNotice(nil, &tt.n)
		if parseLine(t, got); !strings.Contains(string(got), tt.want) {
			t.Errorf("%s lacks\n%s", got, tt.want)
		}
	}
	f := NewJSONFormat(JSONOptions{})
	got := f.AppendNotice(nil, &kmsg.Notice{Kind: kmsg.NoticeOverflow, Count: 1, Time: day})
	if o := parseLine(t, got); o.Host != "" || o.First != nil || *o.Notice != "overflow" {
		t.Errorf("%s is of a host", got)
	}
	if o := parseLine(t, f.appendLost(nil, 12)); *o.Notice != "shed" || o.Count != 12 || !o.Received.Equal(day) {
		t.Errorf("%+v", o)
	}
}

// TestJSONCorpus reads what real kernels sent back through JSON.
func TestJSONCorpus(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/flows/*")
	if err != nil || len(dirs) < 100 {
		t.Fatalf("%d flows (%v), want at least 100", len(dirs), err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			f := readFlow(t, dir)
			r := newTalk(NewJSONFormat(JSONOptions{}))
			for i, p := range f.payloads {
				r.Receive(after(time.Duration(i)*time.Millisecond), web, p)
			}
			r.Flush()
			var got []object
			for line := range bytes.Lines(r.out) {
				if o := parseLine(t, line); o.Notice == nil {
					got = append(got, o)
				}
			}
			if len(got) != len(f.records) {
				t.Fatalf("%d records, want %d", len(got), len(f.records))
			}
			for i, r := range f.records {
				f.compare(t, got[i], r)
			}
		})
	}
}

func (f flow) compare(t *testing.T, o object, r kmsg.Record) {
	t.Helper()
	if got, want := exact(t, o.Text, o.TextRaw), f.text(r); !bytes.Equal(got, want) {
		t.Errorf("record %d: text %q, want %q", r.Seq, got, want)
	}
	if f.Format == "basic" {
		if f.Timed() && (o.Usec == nil || *o.Usec != r.Usec) {
			t.Errorf("record %d: usec %v, want %d", r.Seq, o.Usec, r.Usec)
		}
		if f.ConsoleMsgFormat == "syslog" && (*o.Level != r.Level() || *o.Facility != r.Facility()) {
			t.Errorf("record %d: level %d, facility %d", r.Seq, *o.Level, *o.Facility)
		}
		return
	}
	if *o.Seq != r.Seq || *o.Usec != r.Usec || *o.Flag != string(r.Flag) || *o.Level != r.Level() || *o.Facility != r.Facility() {
		t.Errorf("%+v is not the header of %q", o, r.Raw)
	}
	if release := strings.HasPrefix(f.Config, "+r"); release != (o.Release != nil) || release && *o.Release != f.Kernel {
		t.Errorf("record %d: release %v", r.Seq, o.Release)
	}
	entriesEqual(t, "dict", o.Dict, o.DictRaw, r.Dict, r.Dictionary(), func(b []byte) []byte { return kmsg.AppendUnescaped(nil, b) })
	f.compareUserdata(t, o, r)
}

func (f flow) compareUserdata(t *testing.T, o object, r kmsg.Record) {
	t.Helper()
	var lines []byte
	for _, s := range f.Userdata {
		lines = append(append(append(lines, ' '), s...), '\n')
	}
	if o.UserdataRaw != nil {
		if got := kmsg.AppendUnescaped(nil, []byte(*o.UserdataRaw)); !bytes.Equal(got, lines) {
			t.Errorf("record %d: userdata %q, want %q", r.Seq, got, lines)
		}
		return
	}
	var got []corpus.Latin1
	for key, value := range o.Userdata {
		got = append(got, corpus.Latin1(key+"="+value))
	}
	slices.Sort(got)
	if want := slices.Sorted(slices.Values(f.Userdata)); !slices.Equal(got, want) {
		t.Errorf("record %d: userdata %q, want %q", r.Seq, got, want)
	}
	if len(o.Sysdata) > 0 {
		t.Errorf("record %d: sysdata %q in a flow without", r.Seq, o.Sysdata)
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte("6,1,1,-,caller=T1;text\\x0a\\xff\n SUBSYSTEM=a\n k=v\n cpu=1\n"))
	f.Add([]byte("6.1.0,6,1,1,-,ncfrag=3/40;te\xffxt\n k=v\n k=w\n none\n \xff=\xfe\n"))
	f.Add([]byte("<6>[    1.000000][    C2] basic \xff\n[    1.000000][    C2] two\\"))
	f.Add([]byte("** replaying previous printk message **\n6,4611686018427387904,1,-;"))
	f.Add([]byte("6,1,2251799813685249,+;a\\x0"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		format := NewJSONFormat(JSONOptions{})
		c := kmsg.NewCollector(kmsg.CollectOptions{
			Deliver: func(m *kmsg.Message) { reference(t, parseLine(t, format.AppendMessage(nil, m)), m) },
			Notify:  func(n *kmsg.Notice) { parseLine(t, format.AppendNotice(nil, n)) },
		})
		c.Receive(day, web, payload)
		c.Receive(after(time.Millisecond), web, payload)
		c.Receive(after(time.Second), web, []byte("6,9,9,-;end\n"))
		c.Flush()
	})
}

func TestJSONString(t *testing.T) {
	for c := range rune(0x11000) {
		s := string(c) + "x"
		got, exact := appendString(nil, []byte(s))
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != s || !exact {
			t.Fatalf("%q: %s, %v, %v", s, got, exact, err)
		}
	}
	for c := range 256 {
		s := string([]byte{'a', byte(c), 'b'})
		got, exact := appendString(nil, []byte(s))
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var a, b string
		if json.Unmarshal(got, &a) != nil || json.Unmarshal(want, &b) != nil || a != b || exact != utf8.ValidString(s) {
			t.Errorf("%q: %s, encoding/json has %s", s, got, want)
		}
	}
}

func BenchmarkJSON(b *testing.B) { benchmark(b, NewJSONFormat(JSONOptions{})) }

func BenchmarkJSONUserdata(b *testing.B) {
	m := message(b, web, day, `12,416,12345678,-;caf\xc3\xa9 \x1b[m of the kernel`+"\n SUBSYSTEM=usb\n role=store\n rack=b7\n cpu=3\n taskname=kworker/3:1\n release=6.12.8\n msgid=77\n")
	f := NewJSONFormat(JSONOptions{})
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = f.AppendMessage(buf[:0], m)
	}
}

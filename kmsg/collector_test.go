package kmsg_test

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// script plays datagrams to a Collector and writes down what comes out, a line
// for each record and notice.
type script struct {
	t     *testing.T
	c     *kmsg.Collector
	start time.Time
	out   []string
}

var alice, bob = netip.MustParseAddrPort("192.0.2.1:6665"), netip.MustParseAddrPort("[2001:db8::2]:6665")

func play(t *testing.T, o kmsg.CollectOptions) *script {
	s := &script{t: t, start: time.Unix(1e9, 0)}
	o.Deliver = func(m *kmsg.Message) { s.write(m.Host, describe(m)) }
	o.Notify = func(n *kmsg.Notice) { s.write(n.Host, n.String()) }
	s.c = kmsg.NewCollector(o)
	return s
}

func (s *script) write(host netip.AddrPort, line string) {
	if host == bob {
		line = "bob: " + line
	}
	s.out = append(s.out, line)
}

func describe(m *kmsg.Message) string {
	out := fmt.Sprintf("%q", m.AppendText(nil))
	if !m.Basic && m.Malformed == "" {
		out = fmt.Sprintf("%d %s", m.Seq, out)
	}
	for _, mark := range []struct {
		on   bool
		text string
	}{
		{m.Late, "late"}, {m.Replayed, "replayed"}, {m.Malformed != "", "malformed"}, {m.Lost > 0, fmt.Sprint("lost ", m.Lost)},
		{m.Joined > 0, fmt.Sprint("joined ", m.Joined)}, {len(m.Holes) > 0, fmt.Sprint("holes ", m.Holes)}, {m.Datagrams > 1, fmt.Sprint("of ", m.Datagrams)},
	} {
		if mark.on {
			out += ", " + mark.text
		}
	}
	return out
}

// at plays lines "MS payload" (alice's) or "MS bob payload", in which \n is a
// newline; "MS" alone tells only the time.
func (s *script) at(lines ...string) {
	for _, line := range lines {
		ms, payload, some := strings.Cut(line, " ")
		v, err := strconv.Atoi(ms)
		if err != nil {
			s.t.Fatal(err)
		}
		now := s.start.Add(time.Duration(v) * time.Millisecond)
		host := alice
		if rest, ok := strings.CutPrefix(payload, "bob "); ok {
			host, payload = bob, rest
		}
		if some {
			s.c.Receive(now, host, []byte(strings.ReplaceAll(payload, `\n`, "\n")))
		} else {
			s.c.Advance(now)
		}
	}
}

// want compares what came out since the last call.
func (s *script) want(lines ...string) {
	s.t.Helper()
	got, want := strings.Join(s.out, "\n"), strings.Join(lines, "\n")
	if got != want {
		s.t.Errorf("\n got %s\nwant %s", strings.ReplaceAll(got, "\n", "\n     "), strings.ReplaceAll(want, "\n", "\n     "))
	}
	s.out = nil
}

// end flushes and checks the account against what is given of it, as
// fmt.Sprintf("%+v") has it.
func (s *script) end(parts ...string) {
	s.t.Helper()
	s.c.Flush()
	a := s.c.Totals().Account
	if err := a.Check(); err != nil {
		s.t.Error(err)
	}
	got := strings.ReplaceAll(fmt.Sprintf("%+v", a), "}", " }")
	for _, part := range parts {
		if !strings.Contains(got, part+" ") {
			s.t.Errorf("account %s, want %s", got, part)
		}
	}
	if w := s.c.Totals().Waiting; w != 0 {
		s.t.Errorf("%d bytes wait after Flush", w)
	}
}

// crowd is a record's fragments of a byte each, with gaps between them.
func crowd() (lines []string) {
	for i := range 159 {
		lines = append(lines, fmt.Sprintf("0 6,1,1,-,ncfrag=%d/4000;x", 2*i))
	}
	return lines
}

func TestCollector(t *testing.T) {
	const long = "xxxxxxxxxx" // ten bytes
	for _, tt := range []struct {
		name    string
		options kmsg.CollectOptions
		in      []string
		out     []string
		account []string
	}{
		{"in order", kmsg.CollectOptions{},
			[]string{"0 6,0,1000,-;a\\n", "1 6,1,1001,-;b\\n", "2 6,2,1002,-;c\\n"},
			[]string{`0 "a"`, `1 "b"`, `2 "c"`}, []string{"Range:3", "Received:3", "Delivered:3"}},
		{"reordered", kmsg.CollectOptions{},
			[]string{"0 6,5,1000,-;a\\n", "1 6,7,1002,-;c\\n", "2 6,8,1003,-;d\\n", "3 6,6,1001,-;b\\n", "4 6,9,1004,-;e\\n"},
			[]string{`5 "a"`, `6 "b"`, `7 "c"`, `8 "d"`, `9 "e"`}, []string{"Range:5", "Received:5", "Late:0"}},
		{"gap, told after a while", kmsg.CollectOptions{},
			[]string{"0 6,416,1000,-;a\\n", "1 6,420,1004,-;b\\n", "200", "200 bob x\\n", "201", "201 bob y\\n"},
			[]string{`416 "a"`, `bob: "x"`, "-- 3 records missing: 417–419, lost or filtered by the sender --", `420 "b", lost 3`, `bob: "y"`},
			[]string{"Range:5", "Received:2", "Missing:3"}},
		{"one missing", kmsg.CollectOptions{},
			[]string{"0 6,416,1000,-;a\\n", "1 6,418,1004,-;b\\n", "300"},
			[]string{`416 "a"`, "-- 1 record missing: 417, lost or filtered by the sender --", `418 "b", lost 1`}, []string{"Missing:1"}},
		{"late", kmsg.CollectOptions{},
			[]string{"0 6,416,1000,-;a\\n", "1 6,418,1004,-;c\\n", "300", "301 6,417,1002,-;b\\n", "302 6,417,1002,-;b\\n", "303 6,419,1005,-;d\\n"},
			[]string{`416 "a"`, "-- 1 record missing: 417, lost or filtered by the sender --", `418 "c", lost 1`, `417 "b", late`, `419 "d"`},
			[]string{"Range:4", "Received:4", "Missing:0", "Late:1", "Duplicate:1"}},
		{"before the first", kmsg.CollectOptions{},
			[]string{"0 6,416,1000,-;b\\n", "1 6,414,900,-;a\\n", "2 6,417,1004,-;c\\n", "3 6,414,900,-;a\\n"},
			[]string{`416 "b"`, `414 "a", late`, `417 "c"`}, []string{"Range:2", "Received:2", "Extra:1", "Late:1", "Duplicate:1"}},
		{"duplicates", kmsg.CollectOptions{},
			[]string{"0 6,1,1000,-;a\\n", "1 6,1,1000,-;a\\n", "2 6,3,1002,-;c\\n", "3 6,3,1002,-;c\\n", "4 6,2,1001,-;b\\n", "5 6,2,1001,-;b\\n", "6 6,1,1000,-;a\\n"},
			[]string{`1 "a"`, `2 "b"`, `3 "c"`}, []string{"Datagrams:7", "Carried:3", "Duplicate:4"}},
		{"urgent", kmsg.CollectOptions{},
			[]string{"0 6,1,1000,-;a\\n", "1 6,4,1003,-;d\\n", "2 0,5,1004,-;panic\\n", "12", "13 6,2,1001,-;b\\n"},
			[]string{`1 "a"`, "-- 2 records missing: 2–3, lost or filtered by the sender --", `4 "d", lost 2`, `5 "panic"`, `2 "b", late`}, []string{"Missing:1", "Late:1"}},
		{"urgent, mended in time", kmsg.CollectOptions{},
			[]string{"0 6,1,1000,-;a\\n", "2 0,3,1004,-;panic\\n", "11 6,2,1001,-;b\\n"},
			[]string{`1 "a"`, `2 "b"`, `3 "panic"`}, nil},
		{"nothing urgent", kmsg.CollectOptions{Urgent: -1},
			[]string{"0 6,1,1000,-;a\\n", "2 0,3,1004,-;panic\\n", "150 6,2,1001,-;b\\n"},
			[]string{`1 "a"`, `2 "b"`, `3 "panic"`}, nil},
		{"window", kmsg.CollectOptions{Window: 2},
			[]string{"0 6,1,1,-;a\\n", "0 6,3,3,-;c\\n", "0 6,5,5,-;e\\n", "0 6,7,7,-;g\\n"},
			[]string{`1 "a"`, "-- 1 record missing: 2, lost or filtered by the sender --", `3 "c", lost 1`}, nil},
		{"bytes of a host", kmsg.CollectOptions{HostBytes: 1},
			[]string{"0 6,1,1,-;a\\n", "0 6,3,3,-;c\\n"},
			[]string{`1 "a"`, "-- 1 record missing: 2, lost or filtered by the sender --", `3 "c", lost 1`}, nil},
		{"bytes of all", kmsg.CollectOptions{TotalBytes: 1200},
			[]string{"0 6,1,1,-;a\\n", "0 bob 6,1,1,-;a\\n", "0 6,3,3,-;c\\n", "1 bob 6,3,3,-;c\\n", "2 bob 6,5,5,-;e\\n"},
			[]string{`1 "a"`, `bob: 1 "a"`, "-- 1 record missing: 2, lost or filtered by the sender --", `3 "c", lost 1`}, nil},
		{"two hosts interleaved", kmsg.CollectOptions{},
			[]string{"0 6,1,1000,-;a\\n", "0 bob 6,1,1000,-;A\\n", "0 6,3,1002,-;c\\n", "0 bob 6,2,1001,-;B\\n", "0 6,2,1001,-;b\\n"},
			[]string{`1 "a"`, `bob: 1 "A"`, `bob: 2 "B"`, `2 "b"`, `3 "c"`}, []string{"Duplicate:0"}},
		{"msgid: lost", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n msgid=7\\n", "1 6,4,4,-;b\\n msgid=10\\n", "300"},
			[]string{`1 "a"`, "-- 2 records missing: 2–3, lost --", `4 "b", lost 2`}, []string{"Missing:2", "Filtered:0"}},
		{"msgid: filtered, no wait", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n msgid=7\\n", "1 6,4,4,-;b\\n msgid=8\\n"},
			[]string{`1 "a"`, `4 "b"`}, []string{"Range:4", "Missing:0", "Filtered:2"}},
		{"msgid: both", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n msgid=7\\n", "1 6,5,5,-;b\\n msgid=9\\n", "300", "301 6,3,3,-;x\\n msgid=8\\n"},
			[]string{`1 "a"`, "-- 3 records missing: 2–4, 1 lost and 2 filtered by the sender --", `5 "b", lost 1`, `3 "x", late`},
			[]string{"Range:5", "Received:3", "Missing:0", "Filtered:2"}},
		{"msgid: wraps", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n msgid=4294967295\\n", "1 6,4,4,-;b\\n msgid=0\\n", "2 6,5,5,-;c\\n msgid=1\\n"},
			[]string{`1 "a"`, `4 "b"`, `5 "c"`}, []string{"Filtered:2"}},
		{"msgid: not a counter", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n msgid=7\\n", "1 6,4,4,-;b\\n msgid=7\\n", "300"},
			[]string{`1 "a"`, "-- 2 records missing: 2–3, lost or filtered by the sender --", `4 "b", lost 2`}, []string{"Missing:2"}},
		{"msgid: filtered, then one that was not", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n msgid=7\\n", "1 6,3,3,-;b\\n msgid=8\\n", "2 6,2,2,-;x\\n"},
			[]string{`1 "a"`, `3 "b"`, `2 "x", late`}, []string{"Received:3", "Filtered:0"}},

		{"msgid: unknown behind a loss mark", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\n msgid=7\n", `1 44,2,3,-;x\n NETKMSG_LOST=2\n NETKMSG_COUNT=1\n`, "2 6,4,4,-;b\n msgid=9\n", "300"},
			[]string{`1 "a"`, "-- the sender lost 1 record: 2 --", "-- 1 record missing: 3, lost or filtered by the sender --", `4 "b", lost 1`}, nil},

		{"fragments", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/25;" + long, "1 6,1,1,-,ncfrag=10/25;" + long, "2 6,1,1,-,ncfrag=20/25;yyyy\\n", "3 6,2,2,-;b\\n"},
			[]string{`1 "` + long + long + `yyyy", of 3`, `2 "b"`}, []string{"Carried:4", "Received:2", "Partial:0"}},
		{"fragments, backwards and twice", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=20/25;yyyy\\n", "1 6,1,1,-,ncfrag=10/25;" + long, "1 6,1,1,-,ncfrag=10/25;" + long, "2 6,1,1,-,ncfrag=0/25;" + long, "3 6,1,1,-,ncfrag=0/25;" + long},
			[]string{`1 "` + long + long + `yyyy", of 3`}, []string{"Carried:3", "Duplicate:2"}},
		{"fragments of two records mixed", kmsg.CollectOptions{},
			[]string{"0 6,2,2,-,ncfrag=10/15;yyyy\\n", "1 6,1,1,-,ncfrag=0/15;" + long, "2 6,2,2,-,ncfrag=0/15;" + long, "3 6,1,1,-,ncfrag=10/15;zzzz\\n"},
			[]string{`2 "` + long + `yyyy", of 2`, `1 "` + long + `zzzz", late, of 2`}, []string{"Received:1", "Extra:1"}},
		{"first fragment lost", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n", "1 6,2,2,-,ncfrag=10/15;yyyy\\n", "1001 bob x\\n", "1002"},
			[]string{`1 "a"`, `-- incomplete record 2: bytes 0–9 of 15 missing --`, `2 "[-- 10 bytes missing: 0-9 --]yyyy", holes [{0 10}]`, `bob: "x"`},
			[]string{"Received:2", "Partial:1"}},
		{"middle fragment lost, record behind", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/25;" + long, "1 6,1,1,-,ncfrag=20/25;yyyy\\n", "2 6,2,2,-;b\\n", "201", "202"},
			[]string{`-- incomplete record 1: bytes 10–19 of 25 missing --`, `1 "` + long + `[-- 10 bytes missing: 10-19 --]yyyy", holes [{10 20}], of 2`, `2 "b"`}, nil},
		{"last fragment lost", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/11;" + long, "999", "1000"},
			[]string{`-- incomplete record 1: bytes 10 of 11 missing --`, `1 "` + long + `[-- 1 byte missing: 10 --]", holes [{10 11}]`}, nil},
		{"a fragment more prolongs the wait", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/25;" + long, "900 6,1,1,-,ncfrag=10/25;" + long, "1899 6,1,1,-,ncfrag=20/25;yyyy\\n"},
			[]string{`1 "` + long + long + `yyyy", of 3`}, nil},
		{"rest of a partial record", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/15;" + long, "1001", "1002 6,1,1,-,ncfrag=10/15;yyyy\\n", "1003 6,2,2,-;b\\n", "2010"},
			[]string{`-- incomplete record 1: bytes 10–14 of 15 missing --`, `1 "` + long + `[-- 5 bytes missing: 10-14 --]", holes [{10 15}]`,
				`2 "b"`, `-- incomplete record 1: bytes 0–9 of 15 missing --`, `1 "[-- 10 bytes missing: 0-9 --]yyyy", late, holes [{0 10}]`},
			[]string{"Received:2", "Extra:1", "Partial:2"}},
		{"late in fragments", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n", "1 6,3,3,-;c\\n", "250", "251 6,2,2,-,ncfrag=10/15;yyyy\\n", "252 6,2,2,-,ncfrag=0/15;" + long},
			[]string{`1 "a"`, "-- 1 record missing: 2, lost or filtered by the sender --", `3 "c", lost 1`, `2 "` + long + `yyyy", late, of 2`},
			[]string{"Missing:0", "Late:1"}},
		{"fragments that claim different lengths", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/15;" + long, "1 6,1,1,-,ncfrag=0/25;" + long, "2 6,2,2,-;b\n", "3 6,1,1,-,ncfrag=10/15;yyyy\n", "1003"},
			[]string{`1 "` + long + `yyyy", of 2`, `2 "b"`, "-- incomplete record 1: bytes 10–24 of 25 missing --", `1 "` + long + `[-- 15 bytes missing: 10-24 --]", late, holes [{10 25}]`},
			[]string{"Received:2", "Extra:1"}},
		{"fragments in too many pieces", kmsg.CollectOptions{},
			append(crowd(), "1 6,1,1,-,ncfrag=2000/4000;zz"), []string{"-- malformed: fragment of a record in too many pieces --", `"zz", malformed`}, nil},
		{"overlap that agrees", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=5/15;xxxxxyyyy\\n", "1 6,1,1,-,ncfrag=0/15;" + long},
			[]string{`1 "` + long + `yyyy", of 2`}, []string{"Overlaps:0"}},
		{"overlap that contradicts", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=6/15;AAAAyyyy\\n", "1 6,1,1,-,ncfrag=0/15;" + long},
			[]string{"-- fragments of record 1 contradict each other: bytes 6–9, the first to come is shown --", `1 "xxxxxxAAAAyyyy", of 2`}, []string{"Overlaps:1"}},
		{"repetition that contradicts", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/15;" + long, "1 6,1,1,-,ncfrag=0/15;xxxxx-xxxx", "2 6,1,1,-,ncfrag=10/15;yyyy\\n"},
			[]string{"-- fragments of record 1 contradict each other: bytes 0–9, the first to come is shown --", `1 "` + long + `yyyy", of 2`}, []string{"Duplicate:1"}},
		{"absurd total", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n", "1 6,2,2,-,ncfrag=0/4294967295;text\\n", "2 6,2,2,-;b\\n"},
			[]string{`1 "a"`, "-- malformed: fragment of a record longer than any kernel's --", `"text\n", malformed`, `2 "b"`}, []string{"Malformed:1", "Received:2"}},
		{"empty datagram", kmsg.CollectOptions{}, []string{"0 "}, []string{"-- malformed: empty datagram --", `"", malformed`}, []string{"Malformed:1"}},
		{"userdata of two targets", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n", "0 6,1,1,-;a\\n t=2\\n"}, []string{`1 "a"`}, []string{"Duplicate:1"}},
		{"escapes undone", kmsg.CollectOptions{}, []string{`0 6,1,1,-;a\x0ab\x5c` + `\n`}, []string{`1 "a\nb\\"`}, nil},
		{"replayed", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n", `1 ** replaying previous printk message **\n6,1,1,-;a\n`, `2 ** replaying previous printk message **\n6,2,2,-;b\n`},
			[]string{`1 "a"`, `2 "b", replayed`}, []string{"Duplicate:1"}},

		{"loss mark", kmsg.CollectOptions{},
			[]string{"0 6,416,1000,-;a\\n", `1 44,419,1004,-;netkmsg: 3 records lost: 417-419 (overwritten)\n NETKMSG_LOST=417-419\n NETKMSG_COUNT=3\n`, "2 6,420,1004,-;b\\n"},
			[]string{`416 "a"`, "-- the sender lost 3 records: 417–419 (overwritten) --", `420 "b"`}, []string{"Range:5", "Received:2", "Reported:3", "Missing:0", "Marks:1"}},
		{"loss mark out of order, and twice", kmsg.CollectOptions{},
			[]string{"0 6,416,1000,-;a\\n", "1 6,420,1004,-;b\\n", `2 44,419,1004,-;x\n NETKMSG_LOST=417-419\n NETKMSG_COUNT=2\n`, `3 44,419,1004,-;x\n NETKMSG_LOST=417-419\n NETKMSG_COUNT=2\n`},
			[]string{`416 "a"`, "-- the sender lost 2 records: 417–419 --", `420 "b"`}, []string{"Reported:3", "Marks:1", "Duplicate:1"}},
		{"loss mark, late", kmsg.CollectOptions{},
			[]string{"0 6,416,1000,-;a\\n", "1 6,420,1004,-;b\\n", "300", `301 44,419,1004,-;x\n NETKMSG_LOST=417-419\n NETKMSG_COUNT=3\n`},
			[]string{`416 "a"`, "-- 3 records missing: 417–419, lost or filtered by the sender --", `420 "b", lost 3`, "-- the sender lost 3 records: 417–419 --"},
			[]string{"Reported:3", "Missing:0"}},
		{"loss mark of a record that came in part", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-,ncfrag=0/15;" + long, `1 44,1,2,-;x\n NETKMSG_LOST=1\n NETKMSG_COUNT=1\n`, "2 6,2,2,-;b\\n", "300"},
			[]string{"-- incomplete record 1: bytes 10–14 of 15 missing --", `1 "` + long + `[-- 5 bytes missing: 10-14 --]", holes [{10 15}]`, "-- the sender lost 1 record: 1 --", `2 "b"`},
			[]string{"Received:2", "Reported:0"}},
		{"loss mark behind a gap", kmsg.CollectOptions{},
			[]string{"0 6,1,1,-;a\\n", `1 44,4,5,-;x\n NETKMSG_LOST=3-4\n NETKMSG_COUNT=2\n`, "300", "301 6,3,4,-;b\\n"},
			[]string{`1 "a"`, "-- 1 record missing: 2, lost or filtered by the sender --", "-- the sender lost 2 records: 3–4 --", `3 "b", late`}, []string{"Missing:1", "Reported:1"}},
		{"loss mark first", kmsg.CollectOptions{},
			[]string{`1 44,1000000000000,5,-;x\n NETKMSG_LOST=0-1000000000000\n NETKMSG_COUNT=7\n`, "2 6,1000000000001,5,-;b\\n"},
			[]string{"-- the sender lost 7 records: 0–1000000000000 --", `1000000000001 "b"`}, []string{"Range:1000000000002", "Reported:1000000000001"}},
		{"not quite a loss mark", kmsg.CollectOptions{},
			[]string{`1 44,4,5,-;x\n NETKMSG_LOST=3-5\n NETKMSG_COUNT=2\n`}, []string{`4 "x"`}, nil},

		{"dropped, basic", kmsg.CollectOptions{},
			[]string{`0 ** 109 printk messages dropped **\n[    6.352869] ooo\n`, `1 ** 1 printk messages dropped **\n`},
			[]string{"-- the sender lost 109 records --", `"ooo", lost 109`, "-- the sender lost 1 record --"}, []string{"Dropped:110", "Marks:1", "Basic:1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, tt.options)
			s.at(tt.in...)
			s.want(tt.out...)
			s.end(tt.account...)
		})
	}
}

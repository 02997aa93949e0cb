package kmsg_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

func TestNoticeText(t *testing.T) {
	for _, tt := range []struct {
		n    kmsg.Notice
		want string
	}{
		{kmsg.Notice{Kind: kmsg.NoticeGap, First: 417, Last: 419, Count: 3}, "3 records missing: 417–419, lost or filtered by the sender"},
		{kmsg.Notice{Kind: kmsg.NoticeGap, First: 417, Last: 417, Count: 1, Certain: true, Lost: 1}, "1 record missing: 417, lost"},
		{kmsg.Notice{Kind: kmsg.NoticeGap, First: 417, Last: 419, Count: 3, Certain: true, Lost: 2}, "3 records missing: 417–419, 2 lost and 1 filtered by the sender"},
		{kmsg.Notice{Kind: kmsg.NoticeReboot, First: 700, Last: 0, Usec: [2]uint64{50123456, 7}}, "the host rebooted, or sent its log again: record 700 at 50.123456 s was followed by 0 at 0.000007 s"},
		{kmsg.Notice{Kind: kmsg.NoticeReboot, First: 1, Last: 2, Why: "7.3\x1b[2J"}, `the host rebooted: record 1 at 0.000000 s was followed by 2 at 0.000000 s, kernel 7.3\x1b[2J`},
		{kmsg.Notice{Kind: kmsg.NoticePartial, First: 0, Last: 0, Total: 9, Holes: []kmsg.Hole{{From: 0, To: 1}, {From: 3, To: 5}}}, "incomplete record 0: bytes 0, 3–4 of 9 missing"},
		{kmsg.Notice{Kind: kmsg.NoticePartial, First: 5, Last: 5, Holes: []kmsg.Hole{{0, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}, {10, 11}}}, "incomplete record 5: bytes 0, 2, 4, 6 and 2 ranges more missing"},
		{kmsg.Notice{Kind: kmsg.NoticePartial, Basic: true, Holes: []kmsg.Hole{{1000, -1}}}, "incomplete record: bytes from 1000 on missing"},
		{kmsg.Notice{Kind: kmsg.NoticeOverlap, First: 5, Last: 5, Holes: []kmsg.Hole{{6, 10}}}, "fragments of record 5 contradict each other: bytes 6–9, the first to come is shown"},
		{kmsg.Notice{Kind: kmsg.NoticeSenderLoss, First: 1, Last: 1, Count: 1, Why: "x\ny"}, `the sender lost 1 record: 1 (x\x0ay)`},
		{kmsg.Notice{Kind: kmsg.NoticeSenderLoss, Basic: true, Count: 109}, "the sender lost 109 records"},
		{kmsg.Notice{Kind: kmsg.NoticeOverflow, Count: 1}, "the receive queue overflowed: 1 datagram lost"},
		{kmsg.Notice{Kind: kmsg.NoticeTruncated, Count: 2000, Total: 9000}, "datagram cut off after 2000 bytes of 9000"},
		{kmsg.Notice{Kind: kmsg.NoticeMalformed, Why: "empty datagram"}, "malformed: empty datagram"},
		{kmsg.Notice{Kind: kmsg.NoticeRetired, Idle: 90 * time.Second}, "host forgotten to make room, idle for 1m30s"},
		{kmsg.Notice{Kind: kmsg.NoticeSuppressed, Count: 2}, "2 notices suppressed"},
	} {
		if got := tt.n.String(); got != "-- "+tt.want+" --" {
			t.Errorf("%s\nwant %s", got, tt.want)
		}
	}
}

// A host that has a gap before every record may have so many notices at once and
// so many a second; the others are counted, and that is told.
func TestNoticesBounded(t *testing.T) {
	s := play(t, kmsg.CollectOptions{Hold: 1, NoticeBurst: 3, NoticeRate: 2})
	gaps := func(from, n, ms int) {
		for i := range n {
			s.at(fmt.Sprintf("%d 6,%d,1,-;x", ms+2*i, 2*(from+i)), fmt.Sprint(ms+2*i+1))
		}
	}
	count := func(what string) (n int) {
		for _, line := range s.out {
			if strings.Contains(line, what) {
				n++
			}
		}
		s.out = nil
		return n
	}
	gaps(0, 11, 0)
	if n := count("missing"); n != 3 {
		t.Errorf("%d notices at once", n)
	}
	if d, ok := s.c.Deadline(); !ok || d != s.start.Add(1009*time.Millisecond) {
		t.Errorf("deadline %v %v", d, ok)
	}
	s.at("1008")
	s.want()
	s.at("1009")
	s.want("-- 7 notices suppressed --")
	gaps(11, 10, 1010)
	if n := count("missing"); n != 2 {
		t.Errorf("%d notices a second later", n)
	}
	s.at(`1500 bob 6,1,1,-;a\n`, `1500 bob 6,3,3,-;c\n`, "1501")
	if n := count("bob: -- 1 record missing"); n != 1 {
		t.Error("a host's notice was given to another")
	}
	s.end("Suppressed:15")
}

// All hosts together are bounded too.
func TestNoticesOfAllBounded(t *testing.T) {
	s := play(t, kmsg.CollectOptions{Hosts: 1, NoticeBurst: 1, NoticeRate: 1})
	for i := range 100 {
		s.c.Receive(s.start, netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 1), []byte("x\n"))
	}
	n := 0
	for _, line := range s.out {
		if strings.Contains(line, "forgotten") {
			n++
		}
	}
	if n != 10 {
		t.Errorf("%d hosts' end told, want 10", n)
	}
	s.out = nil
	s.at("999")
	s.want()
	s.at("1000")
	s.want("-- 89 notices suppressed --")
	s.end("Suppressed:89", "Notices:11")
	if _, ok := s.c.Deadline(); ok {
		t.Error("a deadline where nothing waits")
	}
}

// What a retired host was not told is told for all.
func TestRetiredSilence(t *testing.T) {
	s := play(t, kmsg.CollectOptions{Hosts: 1, Hold: 1, NoticeBurst: 1, NoticeRate: 1})
	for i := range 5 {
		s.at(fmt.Sprintf("0 6,%d,1,-;x", 2*i), "1")
	}
	s.out = nil
	s.at(`2 bob x\n`)
	s.want("-- host forgotten to make room, idle for 2ms: 5 datagrams, 4 missing --", `bob: "x"`)
	s.at("1001")
	s.want("-- 3 notices suppressed --")
	s.end()
}

func TestOverflow(t *testing.T) {
	s := play(t, kmsg.CollectOptions{})
	s.at(`0 6,1,1,-;a\n`, `0 6,3,3,-;c\n`)
	s.c.Overflow(s.start.Add(time.Millisecond), 12)
	s.want(`1 "a"`, "-- the receive queue overflowed: 12 datagrams lost --")
	if n := s.c.Totals().Overflow; n != 12 {
		t.Errorf("%d", n)
	}
	s.end()
}

func TestDeadline(t *testing.T) {
	s := play(t, kmsg.CollectOptions{})
	for _, tt := range []struct {
		line string
		ms   int // -1: none
	}{
		{`0 6,1,1,-;a\n`, -1},
		{`10 bob 6,1,1,-,ncfrag=0/9;a\n`, 1010},
		{`20 6,3,3,-;c\n`, 220},
		{`30 bob 6,2,2,-;b\n`, 220},
		{"220", 230},
		{"230", -1},
		{`300 6,5,5,-;e\n`, 500},
		{`400 0,7,7,-;panic\n`, 410},
	} {
		s.at(tt.line)
		got, ok := s.c.Deadline()
		if ok != (tt.ms >= 0) || ok && got != s.start.Add(time.Duration(tt.ms)*time.Millisecond) {
			t.Errorf("after %q: %v %v, want %d ms", tt.line, got.Sub(s.start), ok, tt.ms)
		}
	}
	s.end()
}

// A clock that is set back neither stops the timers nor fires them.
func TestClockSetBack(t *testing.T) {
	s := play(t, kmsg.CollectOptions{})
	s.at(`3600000 6,1,1,-;a\n`, `3600001 6,3,3,-;c\n`, "0", "199")
	s.want(`1 "a"`)
	s.at("200")
	s.want("-- 1 record missing: 2, lost or filtered by the sender --", `3 "c", lost 1`)
	s.end()
}

package kmsg

import (
	"strconv"
	"time"
)

// String returns AppendText's text.
func (n *Notice) String() string { return string(n.AppendText(nil)) }

// AppendText appends the notice as a line for a reader, such as
// "-- 3 records missing: 417–419, lost or filtered by the sender --". It is UTF-8
// without control characters, without the host and without a newline.
func (n *Notice) AppendText(dst []byte) []byte {
	t := line{append(dst, "-- "...)}
	switch n.Kind {
	case NoticeGap:
		t.gap(n)
	case NoticeReboot:
		if n.Basic {
			t.s("the host rebooted, or sent its log again: ").seconds(n.Usec[0]).s(" was followed by ").seconds(n.Usec[1])
			break
		}
		t.s("the host rebooted")
		if n.Why == "" {
			t.s(", or sent its log again")
		}
		t.s(": record ").n(n.First).s(" at ").seconds(n.Usec[0]).s(" was followed by ").n(n.Last).s(" at ").seconds(n.Usec[1])
		if n.Why != "" {
			t.s(", kernel ").safe(n.Why)
		}
	case NoticePartial:
		t.s("incomplete record")
		if !n.Basic {
			t.s(" ").n(n.First)
		}
		t.s(": ").holes(n.Holes)
		if n.Total > 0 {
			t.s(" of ").n(uint64(n.Total))
		}
		t.s(" missing")
	case NoticeOverlap:
		t.s("fragments of record ").n(n.First).s(" contradict each other: ").holes(n.Holes).s(", the first to come is shown")
	case NoticeSenderLoss:
		t.s("the sender lost ").count(n.Count, "record")
		if !n.Basic {
			t.s(": ").span(n.First, n.Last)
		}
		if n.Why != "" {
			t.s(" (").safe(n.Why).s(")")
		}
	case NoticeOverflow:
		t.s("the receive queue overflowed: ").count(n.Count, "datagram").s(" lost")
	case NoticeTruncated:
		t.s("datagram cut off after ").count(n.Count, "byte")
		if n.Total > 0 {
			t.s(" of ").n(uint64(n.Total))
		}
	case NoticeMalformed:
		t.s("malformed: ").safe(n.Why)
	case NoticeRetired:
		t.s("host forgotten to make room, idle for ").s(n.Idle.Round(time.Millisecond).String())
		if n.Account != nil {
			t.s(": ").count(n.Account.Datagrams, "datagram").s(", ").n(n.Account.Missing).s(" missing")
		}
	case NoticeSuppressed:
		t.count(n.Count, "notice").s(" suppressed")
	}
	return append(t.b, " --"...)
}

func (t *line) gap(n *Notice) {
	t.count(n.Count, "record").s(" missing: ").span(n.First, n.Last)
	switch {
	case !n.Certain:
		t.s(", lost or filtered by the sender")
	case n.Lost == n.Count:
		t.s(", lost")
	default:
		t.s(", ").n(n.Lost).s(" lost and ").n(n.Count - n.Lost).s(" filtered by the sender")
	}
}

// line builds a notice's text.
type line struct{ b []byte }

func (t *line) s(s string) *line { t.b = append(t.b, s...); return t }
func (t *line) n(v uint64) *line { t.b = strconv.AppendUint(t.b, v, 10); return t }

func (t *line) count(v uint64, what string) *line {
	t.n(v).s(" ").s(what)
	if v != 1 {
		t.s("s")
	}
	return t
}

func (t *line) span(first, last uint64) *line {
	t.n(first)
	if last != first {
		t.s("–").n(last)
	}
	return t
}

func (t *line) seconds(usec uint64) *line {
	t.n(usec / 1e6).s(".")
	t.b = appendPadded(t.b, usec%1e6, 6, '0')
	return t.s(" s")
}

// holes lists the first few ranges as numbers of first and last byte.
func (t *line) holes(list []Hole) *line {
	t.s("bytes ")
	for i, h := range list {
		switch {
		case i == 4:
			return t.s(" and ").count(uint64(len(list)-i), "range").s(" more")
		case i > 0:
			t.s(", ")
		}
		if h.To < 0 {
			t.s("from ").n(uint64(h.From)).s(" on")
			continue
		}
		t.span(uint64(h.From), uint64(h.To)-1)
	}
	return t
}

// safe appends s with everything but printable ASCII escaped. What came escaped
// from the wire stays so.
func (t *line) safe(s string) *line {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f {
			t.b = AppendEscaped(t.b, []byte{c})
		} else {
			t.b = append(t.b, c)
		}
	}
	return t
}

package output

import (
	"bytes"
	"encoding/json"
	"strconv"

	"netkmsg/kmsg"
)

// noticeNames are the values of the key notice.
var noticeNames = [...]string{
	kmsg.NoticeGap:        "gap",
	kmsg.NoticeReboot:     "reboot",
	kmsg.NoticePartial:    "partial",
	kmsg.NoticeOverlap:    "overlap",
	kmsg.NoticeSenderLoss: "sender_loss",
	kmsg.NoticeOverflow:   "overflow",
	kmsg.NoticeTruncated:  "truncated",
	kmsg.NoticeMalformed:  "malformed",
	kmsg.NoticeRetired:    "retired",
	kmsg.NoticeSuppressed: "suppressed",
}

// AppendNotice appends a notice as a line.
func (f *JSONFormat) AppendNotice(dst []byte, n *kmsg.Notice) []byte {
	f.now = n.Time
	kind := strconv.Itoa(int(n.Kind))
	if int(n.Kind) < len(noticeNames) && noticeNames[n.Kind] != "" {
		kind = noticeNames[n.Kind]
	}
	dst = f.beginNotice(dst, kind)
	if n.Host.IsValid() {
		h := f.peers.get(n.Host, n.Time)
		dst = append(dst, h.show...)
		switch n.Kind {
		case kmsg.NoticeReboot:
			h.clock = clock{}
		case kmsg.NoticeRetired:
			f.peers.forget(n.Host)
		}
	}
	dst = appendNumbers(dst, n)
	switch n.Kind {
	case kmsg.NoticeReboot, kmsg.NoticePartial, kmsg.NoticeOverlap, kmsg.NoticeMalformed, kmsg.NoticeRetired:
	default:
		dst = appendUint(dst, `,"count":`, n.Count)
	}
	if n.Kind == kmsg.NoticeGap {
		dst = strconv.AppendBool(append(dst, `,"certain":`...), n.Certain)
		if n.Certain {
			dst = appendUint(dst, `,"lost":`, n.Lost)
		}
	}
	if len(n.Holes) > 0 {
		dst = appendHoles(dst, n.Holes)
	}
	if n.Total > 0 {
		dst = appendUint(dst, `,"total":`, uint64(n.Total))
	}
	if n.Why != "" {
		dst = appendText(append(dst, `,"why":`...), []byte(n.Why))
	}
	if n.Kind == kmsg.NoticeRetired {
		dst = appendSeconds(append(dst, `,"idle":`...), n.Idle)
	}
	if n.Account != nil {
		dst = appendAccount(append(dst, `,"account":`...), n.Account)
	}
	f.raw = n.AppendText(f.raw[:0])
	text := bytes.TrimSuffix(bytes.TrimPrefix(f.raw, []byte("-- ")), []byte(" --"))
	dst = appendText(append(dst, `,"text":`...), text)
	return append(dst, '}', '\n')
}

// appendNumbers appends the sequence numbers that the notice is about, if there
// are any.
func appendNumbers(dst []byte, n *kmsg.Notice) []byte {
	switch n.Kind {
	case kmsg.NoticeReboot:
		dst = appendMoment(append(dst, `,"before":{`...), n.Basic, n.First, n.Usec[0])
		return appendMoment(append(dst, `,"after":{`...), n.Basic, n.Last, n.Usec[1])
	case kmsg.NoticeGap, kmsg.NoticePartial, kmsg.NoticeOverlap, kmsg.NoticeSenderLoss:
		if !n.Basic && n.Last >= n.First {
			dst = appendUint(appendUint(dst, `,"first":`, n.First), `,"last":`, n.Last)
		}
	}
	return dst
}

func appendMoment(dst []byte, basic bool, seq, usec uint64) []byte {
	if !basic {
		dst = append(appendUint(dst, `"seq":`, seq), ',')
	}
	return append(appendUint(dst, `"usec":`, usec), '}')
}

// appendLost is the line for entries that this output lost.
func (f *JSONFormat) appendLost(dst []byte, n uint64) []byte {
	dst = appendUint(f.beginNotice(dst, "shed"), `,"count":`, n)
	dst = appendLostText(append(dst, `,"text":"`...), n)
	return append(dst, '"', '}', '\n')
}

// appendLostText is what outputs say in the place of n entries.
func appendLostText(dst []byte, n uint64) []byte {
	dst = strconv.AppendUint(dst, n, 10)
	if n == 1 {
		dst = append(dst, " entry is"...)
	} else {
		dst = append(dst, " entries are"...)
	}
	return append(dst, " missing here: this output did not take what came"...)
}

func (f *JSONFormat) beginNotice(dst []byte, kind string) []byte {
	dst = append(append(append(dst, `{"notice":"`...), kind...), `","received":`...)
	return f.received.append(dst, f.now)
}

// appendAccount spells the account's fields as the Go package does, but in small
// letters. It is rare, so it may cost.
func appendAccount(dst []byte, a *kmsg.Account) []byte {
	b, err := json.Marshal(a)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, bytes.ToLower(b)...)
}

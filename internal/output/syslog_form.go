package output

import (
	"net/netip"
	"strconv"
	"time"

	"netkmsg/kmsg"
)

// syslogLeast is the least limit on messages, bytes: a quarter of it is left
// for text beside the longest header and what must be in the structured data.
const syslogLeast = 1024

// syslogForm writes RFC 5424 messages:
//
//	<PRI>1 TIMESTAMP HOSTNAME APP-NAME - MSGID SD MSG
//
// TIMESTAMP is the time of receipt in UTC to the microsecond, HOSTNAME the
// sender's name or address with its zone. APP-NAME is kernel with MSGID record,
// or netkmsg with the kind of a notice. PRI is the record's own; facilities
// that syslog cannot express become user and stand in the structured data.
type syslogForm struct {
	at   string // "@32473"
	max  int
	name func(netip.AddrPort) string
}

func newSyslogForm(o SyslogOptions) syslogForm {
	return syslogForm{at: "@" + strconv.FormatUint(uint64(o.Enterprise), 10), max: o.MaxSize, name: o.Name}
}

const (
	facilityUser   = 1
	facilitySyslog = 5
	facilityMax    = 23

	severityWarning = 4
	severityNotice  = 5
)

func (f *syslogForm) appendMessage(dst []byte, m *kmsg.Message) []byte {
	facility := m.Facility()
	if facility > facilityMax {
		facility = facilityUser
	}
	start := len(dst)
	head := func() { dst = f.appendHead(dst[:start], facility<<3|m.Level(), m.Time, m.Host, "kernel", "record") }
	head()
	dst = f.appendRecordData(dst, m, true)
	if len(dst)-start > f.max-syslogLeast/4 {
		head()
		dst = f.appendRecordData(dst, m, false)
	}
	return f.appendText(dst, start, recordText(m))
}

// recordText is the text, holes marked. What was not understood stands as it
// came.
func recordText(m *kmsg.Message) []byte {
	if m.Malformed != "" {
		return m.Raw
	}
	return m.AppendText(nil)
}

func (f *syslogForm) appendNotice(dst []byte, n *kmsg.Notice) []byte {
	severity := severityWarning
	if n.Kind == kmsg.NoticeRetired || n.Kind == kmsg.NoticeSuppressed {
		severity = severityNotice
	}
	start := len(dst)
	dst = f.appendHead(dst, facilitySyslog<<3|severity, n.Time, n.Host, "netkmsg", noticeWord(n.Kind))
	dst = f.appendNoticeData(dst, n)
	return f.appendText(dst, start, n.AppendText(nil))
}

func (f *syslogForm) appendShed(dst []byte, at time.Time, n uint64) []byte {
	start := len(dst)
	dst = f.appendHead(dst, facilitySyslog<<3|severityWarning, at, netip.AddrPort{}, "netkmsg", "shed")
	dst = append(dst, "[netkmsg"...)
	dst = append(dst, f.at...)
	dst = append(paramNumber(dst, "count", n), ']')
	return f.appendText(dst, start, appendShedText(nil, n))
}

func appendShedText(dst []byte, n uint64) []byte {
	dst = strconv.AppendUint(append(dst, "-- "...), n, 10)
	return append(dst, " records and notices lost here: what takes them does not keep up --"...)
}

func (f *syslogForm) appendHead(dst []byte, pri int, at time.Time, host netip.AddrPort, app, id string) []byte {
	dst = strconv.AppendInt(append(dst, '<'), int64(pri), 10)
	dst = append(dst, ">1 "...)
	if at.IsZero() {
		dst = append(dst, '-')
	} else {
		dst = at.UTC().AppendFormat(dst, "2006-01-02T15:04:05.000000Z")
	}
	dst = f.appendHost(append(dst, ' '), host)
	dst = append(append(dst, ' '), app...)
	return append(append(append(dst, " - "...), id...), ' ')
}

// appendHost appends HOSTNAME: up to 255 printable characters.
func (f *syslogForm) appendHost(dst []byte, host netip.AddrPort) []byte {
	if !host.Addr().IsValid() {
		return append(dst, '-')
	}
	name := f.name(host)
	if name == "" {
		name = host.Addr().Unmap().String()
	}
	for i := range min(len(name), 255) {
		c := name[i]
		if c <= ' ' || c >= 0x7f {
			c = '_'
		}
		dst = append(dst, c)
	}
	return dst
}

// noticeWord is the MSGID of a notice, and its NETKMSG_NOTICE in the journal.
func noticeWord(k kmsg.NoticeKind) string {
	words := [...]string{
		kmsg.NoticeGap: "gap", kmsg.NoticeReboot: "reboot", kmsg.NoticePartial: "partial", kmsg.NoticeOverlap: "overlap",
		kmsg.NoticeSenderLoss: "sender-loss", kmsg.NoticeOverflow: "overflow", kmsg.NoticeTruncated: "truncated",
		kmsg.NoticeMalformed: "malformed", kmsg.NoticeRetired: "retired", kmsg.NoticeSuppressed: "suppressed",
	}
	if int(k) < len(words) && words[k] != "" {
		return words[k]
	}
	return "notice"
}

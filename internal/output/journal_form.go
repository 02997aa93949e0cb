package output

import (
	"bytes"
	"encoding/binary"
	"iter"
	"net/netip"
	"strconv"
	"time"

	"netkmsg/kmsg"
)

// journalForm writes entries of the native protocol.
type journalForm struct {
	name func(netip.AddrPort) string
}

func (f *journalForm) appendMessage(dst []byte, m *kmsg.Message) []byte {
	dst = field(dst, "MESSAGE", recordText(m))
	dst = f.appendOrigin(dst, m.Level(), m.Facility(), "kernel", m.Host, m.Time)
	numbered := !m.Basic && m.Malformed == ""
	if numbered {
		dst = fieldNumber(dst, "NETKMSG_SEQ", m.Seq)
		dst = field(dst, "NETKMSG_FLAG", []byte{m.Flag})
	}
	if numbered || m.HasTime {
		dst = fieldNumber(dst, "NETKMSG_USEC", m.Usec)
	}
	dst = fieldIf(dst, "NETKMSG_CALLER", m.Caller())
	dst = fieldIf(dst, "NETKMSG_RELEASE", m.Release)
	dst = fieldIf(dst, "NETKMSG_HOLES", appendRanges(nil, m.Holes))
	dst = fieldIf(dst, "NETKMSG_MALFORMED", []byte(m.Malformed))
	dst = fieldCount(dst, "NETKMSG_LOST", m.Lost)
	dst = fieldCount(dst, "NETKMSG_JOINED", uint64(m.Joined))
	dst = fieldCount(dst, "NETKMSG_LATE", one(m.Late))
	dst = fieldCount(dst, "NETKMSG_REPLAYED", one(m.Replayed))
	for key, value := range m.Dictionary() {
		dst = fieldOf(dst, "KERNEL", key, kmsg.AppendUnescaped(nil, value))
	}
	dst = appendFields(dst, "NETKMSG_USERDATA", m.Userdata())
	return appendFields(dst, "NETKMSG_SYSDATA", m.Sysdata())
}

func (f *journalForm) appendNotice(dst []byte, n *kmsg.Notice) []byte {
	severity := severityWarning
	if n.Kind == kmsg.NoticeRetired || n.Kind == kmsg.NoticeSuppressed {
		severity = severityNotice
	}
	dst = field(dst, "MESSAGE", n.AppendText(nil))
	dst = f.appendOrigin(dst, severity, facilitySyslog, "netkmsg", n.Host, n.Time)
	dst = field(dst, "NETKMSG_NOTICE", []byte(noticeWord(n.Kind)))
	if n.Last >= n.First || n.Kind == kmsg.NoticeReboot {
		dst = fieldNumber(fieldNumber(dst, "NETKMSG_FIRST", n.First), "NETKMSG_LAST", n.Last)
	}
	dst = fieldIf(dst, "NETKMSG_HOLES", appendRanges(nil, n.Holes))
	return fieldCount(dst, "NETKMSG_COUNT", n.Count)
}

func (f *journalForm) appendShed(dst []byte, n uint64) []byte {
	dst = field(dst, "MESSAGE", appendShedText(nil, n))
	dst = f.appendOrigin(dst, severityWarning, facilitySyslog, "netkmsg", netip.AddrPort{}, time.Time{})
	return fieldCount(field(dst, "NETKMSG_NOTICE", []byte("shed")), "NETKMSG_COUNT", n)
}

func (f *journalForm) appendOrigin(dst []byte, severity, facility int, program string, host netip.AddrPort, at time.Time) []byte {
	dst = fieldNumber(dst, "PRIORITY", uint64(severity))
	dst = fieldNumber(dst, "SYSLOG_FACILITY", uint64(facility))
	dst = field(dst, "SYSLOG_IDENTIFIER", []byte(program))
	if host.IsValid() {
		dst = field(dst, "NETKMSG_HOST", []byte(host.Addr().Unmap().String()))
		dst = fieldNumber(dst, "NETKMSG_PORT", uint64(host.Port()))
		dst = fieldIf(dst, "NETKMSG_NAME", []byte(f.name(host)))
	}
	if !at.IsZero() {
		dst = field(dst, "NETKMSG_TIME", at.UTC().AppendFormat(nil, time.RFC3339Nano))
	}
	return dst
}

func appendFields(dst []byte, prefix string, entries iter.Seq2[[]byte, []byte]) []byte {
	for key, value := range entries {
		dst = fieldOf(dst, prefix, key, value)
	}
	return dst
}

// fieldOf appends the field PREFIX_KEY, or PREFIX with key=value if that is no
// name for a field: up to 64 capitals, digits and underlines.
func fieldOf(dst []byte, prefix string, key, value []byte) []byte {
	name := prefix + "_" + string(bytes.ToUpper(key))
	ok := len(key) > 0 && len(name) <= 64
	for i := range len(name) {
		c := name[i]
		ok = ok && ('A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_')
	}
	if !ok {
		return field(dst, prefix, bytes.Join([][]byte{key, value}, []byte("=")))
	}
	return field(dst, name, value)
}

// field appends a field: as NAME=value and a newline, or where the value has
// control characters as name, newline, 8 bytes of length, little-endian, value,
// newline.
func field(dst []byte, name string, value []byte) []byte {
	dst = append(dst, name...)
	if !bytes.ContainsFunc(value, func(r rune) bool { return r < ' ' }) {
		return append(append(append(dst, '='), value...), '\n')
	}
	dst = binary.LittleEndian.AppendUint64(append(dst, '\n'), uint64(len(value)))
	return append(append(dst, value...), '\n')
}

func fieldIf(dst []byte, name string, value []byte) []byte {
	if len(value) == 0 {
		return dst
	}
	return field(dst, name, value)
}

func fieldNumber(dst []byte, name string, v uint64) []byte {
	return field(dst, name, strconv.AppendUint(nil, v, 10))
}

func fieldCount(dst []byte, name string, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return fieldNumber(dst, name, v)
}

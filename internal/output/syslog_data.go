package output

import (
	"bytes"
	"iter"

	"netkmsg/kmsg"
)

// appendRecordData appends the structured data of a record: the element
// netkmsg, and if all is wanted dict, userdata and sysdata where the record has
// them; else only what has no length of its own.
func (f *syslogForm) appendRecordData(dst []byte, m *kmsg.Message, all bool) []byte {
	dst = append(append(dst, "[netkmsg"...), f.at...)
	if m.Host.IsValid() {
		dst = param(dst, "host", []byte(m.Host.String()))
	}
	numbered := !m.Basic && m.Malformed == ""
	if numbered {
		dst = paramNumber(dst, "seq", m.Seq)
	}
	if numbered || m.HasTime {
		dst = paramNumber(dst, "usec", m.Usec)
	}
	if numbered {
		dst = param(dst, "flag", []byte{m.Flag})
	}
	if !all {
		return append(param(dst, "cut", []byte("structured data")), ']')
	}
	for _, p := range [...]struct {
		name  string
		value []byte
	}{{"caller", m.Caller()}, {"release", m.Release}, {"holes", appendRanges(nil, m.Holes)}, {"malformed", []byte(m.Malformed)}} {
		if len(p.value) > 0 {
			dst = param(dst, p.name, p.value)
		}
	}
	for _, p := range [...]struct {
		name  string
		value uint64
	}{{"lost", m.Lost}, {"joined", uint64(m.Joined)}, {"late", one(m.Late)}, {"replayed", one(m.Replayed)}} {
		if p.value > 0 {
			dst = paramNumber(dst, p.name, p.value)
		}
	}
	if m.Facility() > facilityMax {
		dst = paramNumber(dst, "facility", uint64(m.Facility()))
	}
	dst = append(dst, ']')
	dst = f.appendElement(dst, "dict", m.Dictionary(), true)
	dst = f.appendElement(dst, "userdata", m.Userdata(), false)
	return f.appendElement(dst, "sysdata", m.Sysdata(), false)
}

func (f *syslogForm) appendNoticeData(dst []byte, n *kmsg.Notice) []byte {
	dst = append(append(dst, "[netkmsg"...), f.at...)
	if n.Host.IsValid() {
		dst = param(dst, "host", []byte(n.Host.String()))
	}
	if n.Last >= n.First || n.Kind == kmsg.NoticeReboot {
		dst = paramNumber(paramNumber(dst, "first", n.First), "last", n.Last)
	}
	if n.Count > 0 {
		dst = paramNumber(dst, "count", n.Count)
	}
	if n.Certain {
		dst = paramNumber(dst, "lost", n.Lost)
	}
	if len(n.Holes) > 0 {
		dst = param(dst, "holes", appendRanges(nil, n.Holes))
	}
	return append(dst, ']')
}

// appendElement appends an element of the entries, or nothing if there are none.
func (f *syslogForm) appendElement(dst []byte, id string, entries iter.Seq2[[]byte, []byte], escaped bool) []byte {
	start := len(dst)
	dst = append(append(append(dst, '['), id...), f.at...)
	none := len(dst)
	for key, value := range entries {
		if escaped {
			value = kmsg.AppendUnescaped(nil, value)
		}
		if paramName(key) {
			dst = param(dst, string(key), value)
		} else {
			dst = param(dst, "entry", bytes.Join([][]byte{key, value}, []byte("=")))
		}
	}
	if len(dst) == none {
		return dst[:start]
	}
	return append(dst, ']')
}

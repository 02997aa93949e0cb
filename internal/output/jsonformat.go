package output

import (
	"time"

	"netkmsg/kmsg"
)

// JSONFormat puts records and notices in lines of JSON, as docs/json.md has
// them. It is not safe for concurrent use.
type JSONFormat struct {
	peers         peers
	received, est instant
	now           time.Time // of the last entry
	raw, part     []byte
	entries       entries
}

// NewJSONFormat makes a JSONFormat that has seen no host yet.
func NewJSONFormat(o JSONOptions) *JSONFormat {
	return &JSONFormat{peers: newPeers(o.Names, jsonHost)}
}

// jsonHost is the part of an object that tells the host.
func jsonHost(h *peer) []byte {
	b := appendText([]byte(`,"host":`), []byte(h.host.Addr().String()))
	b = appendUint(b, `,"port":`, uint64(h.host.Port()))
	if h.name != "" {
		b = appendText(append(b, `,"name":`...), []byte(h.name))
	}
	return b
}

// AppendMessage appends a record as a line.
func (f *JSONFormat) AppendMessage(dst []byte, m *kmsg.Message) []byte {
	f.now = m.Time
	h := f.peers.get(m.Host, m.Time)
	dst = f.received.append(append(dst, `{"received":`...), m.Time)
	dst = append(dst, h.show...)
	switch {
	case m.Malformed != "":
		dst = append(dst, `,"format":"malformed","seq":null,"usec":null`...)
	case m.Basic:
		dst = append(dst, `,"format":"basic","seq":null`...)
		dst = f.appendUsec(dst, h, m, m.HasTime)
	default:
		dst = appendUint(dst, `,"format":"extended","seq":`, m.Seq)
		dst = f.appendUsec(dst, h, m, true)
	}
	dst = appendPriority(dst, m)
	if m.Basic || m.Malformed != "" {
		dst = append(dst, `,"flag":null`...)
	} else {
		dst = append(dst, `,"flag":"`...)
		dst = append(dst, m.Flag, '"')
	}
	dst = appendOptional(dst, `,"caller":`, m.Caller())
	dst = appendOptional(dst, `,"release":`, m.Release)
	dst = f.appendBody(dst, m)
	dst = f.appendEntries(dst, m)
	dst = appendArrival(dst, m)
	return append(dst, '}', '\n')
}

func (f *JSONFormat) appendUsec(dst []byte, h *peer, m *kmsg.Message, known bool) []byte {
	if !known {
		return append(dst, `,"usec":null`...)
	}
	dst = appendUint(dst, `,"usec":`, m.Usec)
	event, off, sure := h.clock.estimate(m.Time, m.Usec, m.Late || m.Replayed)
	if sure {
		dst = f.est.append(append(dst, `,"time":`...), event)
		dst = appendSeconds(append(dst, `,"time_uncertainty":`...), off)
	}
	return dst
}

func appendPriority(dst []byte, m *kmsg.Message) []byte {
	if m.Malformed != "" || m.Basic && !m.HasPriority {
		return append(dst, `,"level":null,"facility":null`...)
	}
	level, facility := m.Level(), m.Facility()
	dst = append(appendUint(dst, `,"level":`, uint64(level)), `,"severity":"`...)
	dst = append(append(dst, severities[level]...), '"')
	dst = appendUint(dst, `,"facility":`, uint64(facility))
	if facility < len(facilities) {
		dst = append(append(append(dst, `,"facility_name":"`...), facilities[facility]...), '"')
	}
	return dst
}

func (f *JSONFormat) appendBody(dst []byte, m *kmsg.Message) []byte {
	escaped := m.Text
	switch {
	case m.Malformed != "":
		f.raw, escaped = append(f.raw[:0], m.Raw...), nil
	case m.Basic:
		f.raw, escaped = m.AppendText(f.raw[:0]), nil
	default:
		f.raw = m.AppendText(f.raw[:0])
	}
	dst, exact := appendString(append(dst, `,"text":`...), f.raw)
	if !exact {
		if escaped == nil {
			f.part = kmsg.AppendEscaped(f.part[:0], f.raw)
			escaped = f.part
		}
		dst = appendRaw(append(dst, `,"text_raw":`...), escaped)
	}
	return dst
}

package output

import (
	"bytes"
	"strconv"

	"netkmsg/kmsg"
)

// appendArrival appends what befell the record on its way.
func appendArrival(dst []byte, m *kmsg.Message) []byte {
	if !m.Basic && m.Malformed == "" && len(m.Fields) > 0 && !callerOnly(m.Fields) {
		dst = appendText(append(dst, `,"fields":`...), m.Fields)
	}
	dst = appendUint(dst, `,"datagrams":`, uint64(max(m.Datagrams, 0)))
	if m.Lost > 0 {
		dst = appendUint(dst, `,"lost":`, m.Lost)
	}
	if len(m.Holes) > 0 {
		dst = appendHoles(dst, m.Holes)
	}
	if m.Late {
		dst = append(dst, `,"late":true`...)
	}
	if m.Replayed {
		dst = append(dst, `,"replayed":true`...)
	}
	if m.Joined > 0 {
		dst = appendUint(dst, `,"joined":`, uint64(m.Joined))
	}
	if m.Malformed != "" {
		dst = appendText(append(dst, `,"malformed":`...), []byte(m.Malformed))
	}
	return dst
}

func callerOnly(fields []byte) bool {
	return bytes.HasPrefix(fields, []byte("caller=")) && bytes.IndexByte(fields, ',') < 0
}

func appendOptional(dst []byte, key string, v []byte) []byte {
	if v == nil {
		return dst
	}
	return appendText(append(dst, key...), v)
}

func appendHoles(dst []byte, holes []kmsg.Hole) []byte {
	dst = append(dst, `,"holes":`...)
	sep := byte('[')
	for _, h := range holes {
		dst = strconv.AppendInt(append(dst, sep, '['), int64(h.From), 10)
		if h.To < 0 {
			dst = append(dst, ",null]"...)
		} else {
			dst = append(strconv.AppendInt(append(dst, ','), int64(h.To), 10), ']')
		}
		sep = ','
	}
	return append(dst, ']')
}

package output

import (
	"bytes"

	"netkmsg/kmsg"
)

// entriesMax is how many entries an object holds: as many as a kernel has
// userdata.
const entriesMax = 256

// entries is an object being written: dictionary, userdata or sysdata, escapes
// undone. What an object cannot hold exactly has the lines themselves beside it,
// escaped as the kernel does it: bytes that are not UTF-8, keys that come again,
// lines without an equals sign, more than entriesMax of them.
type entries struct {
	escaped bool // as the kernel escapes the dictionary
	exact   bool
	keys    [][]byte
	scratch []byte
}

func (e *entries) begin(dst []byte, name string, escaped bool) []byte {
	e.escaped, e.exact, e.keys = escaped, true, e.keys[:0]
	return append(append(append(dst, `,"`...), name...), `":{`...)
}

func (e *entries) add(dst, key, value []byte) []byte {
	if value == nil || len(e.keys) == entriesMax || e.seen(key) {
		e.exact = false
		return dst
	}
	if len(e.keys) > 0 {
		dst = append(dst, ',')
	}
	e.keys = append(e.keys, key)
	return e.part(append(e.part(dst, key), ':'), value)
}

func (e *entries) part(dst, s []byte) []byte {
	if e.escaped && bytes.IndexByte(s, '\\') >= 0 {
		e.scratch = kmsg.AppendUnescaped(e.scratch[:0], s)
		s = e.scratch
	}
	dst, exact := appendString(dst, s)
	e.exact = e.exact && exact
	return dst
}

func (e *entries) end(dst []byte, name string, lines []byte) []byte {
	dst = append(dst, '}')
	if e.exact {
		return dst
	}
	if !e.escaped {
		e.scratch = kmsg.AppendEscaped(e.scratch[:0], lines)
		lines = e.scratch
	}
	return appendRaw(append(append(append(dst, `,"`...), name...), `_raw":`...), lines)
}

func (e *entries) seen(key []byte) bool {
	for _, k := range e.keys {
		if bytes.Equal(k, key) {
			return true
		}
	}
	return false
}

// appendEntries appends the three objects that come with a text.
func (f *JSONFormat) appendEntries(dst []byte, m *kmsg.Message) []byte {
	e := &f.entries
	dst = e.begin(dst, "dict", true)
	for key, value := range m.Dictionary() {
		dst = e.add(dst, key, value)
	}
	dst = e.end(dst, "dict", m.Dict)
	dst = e.begin(dst, "userdata", false)
	for key, value := range m.Userdata() {
		dst = e.add(dst, key, value)
	}
	dst = e.end(dst, "userdata", m.UserdataRaw)
	dst = e.begin(dst, "sysdata", false)
	for key, value := range m.Sysdata() {
		dst = e.add(dst, key, value)
	}
	return e.end(dst, "sysdata", m.SysdataRaw)
}

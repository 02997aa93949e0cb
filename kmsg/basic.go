package kmsg

import (
	"bytes"
	"strconv"
)

// basicMax is the size in bytes of the buffer in which the kernel puts a basic
// record together, a NUL at its end included (PRINTK_MESSAGE_MAX).
const basicMax = 2048

// beginBasic puts every line of the text behind its prefix, after the mark of
// records lost before. The text of a record that the kernel cut at 2048 escaped
// bytes is shorter here than in the kernel, which has the uncut one.
func (f *Formatter) beginBasic(r Record) {
	text := r.Text[:min(len(r.Text), 4*basicMax)] // more than fits however it is escaped
	text = AppendUnescaped(f.scratch[:0], text)
	all := f.appendPrefix(text, r)
	prefix := all[len(text):]
	b := f.appendDropped(f.buf[:0])
	b = appendLines(b, text, prefix)
	if len(b) >= basicMax { // the mark makes the record shorter: console_prepend_message
		b = b[:basicMax-1]
	}
	f.scratch, f.buf = all, b
	f.set(nil, b, nil, nil)
}

// appendPrefix appends [<priority>][time][caller] and a blank (info_print_prefix
// in kernel/printk/printk.c).
func (f *Formatter) appendPrefix(dst []byte, r Record) []byte {
	if f.format.Syslog {
		dst = append(strconv.AppendUint(append(dst, '<'), uint64(r.Priority), 10), '>')
	}
	id := r.Caller()
	if !f.format.NoTime {
		dst = appendPadded(append(dst, '['), r.Usec/1e6, 5, ' ')
		dst = append(appendPadded(append(dst, '.'), r.Usec%1e6, 6, '0'), ']')
	}
	if id != nil {
		dst = append(dst, '[')
		for range 6 - len(id) {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, id...), ']')
	}
	if id != nil || !f.format.NoTime {
		dst = append(dst, ' ')
	}
	return dst
}

func appendPadded(dst []byte, v uint64, width int, pad byte) []byte {
	var digits [20]byte
	d := strconv.AppendUint(digits[:0], v, 10)
	for range width - len(d) {
		dst = append(dst, pad)
	}
	return append(dst, d...)
}

// appendLines appends the text's lines, each with the prefix and a newline, as
// far as they fit whole (record_print_text in
// kernel/printk/printk.c). A first line that does not fit is cut; the kernel,
// whose texts are shorter, never has one.
func appendLines(dst, text, prefix []byte) []byte {
	start := len(dst)
	for {
		line, rest, more := bytes.Cut(text, newline)
		room := basicMax - (len(dst) - start) - len(prefix) - len("\n\x00")
		if len(line) > room {
			if len(dst) > start {
				return dst
			}
			line, more = line[:max(room, 0)], false
		}
		dst = append(append(append(dst, prefix...), line...), '\n')
		if !more {
			return dst
		}
		text = rest
	}
}

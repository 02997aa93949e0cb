package output

import (
	"fmt"
	"unicode/utf8"

	"netkmsg/kmsg"
)

const bom = "\xef\xbb\xbf"

// appendText ends the message that began at start with MSG. ASCII stands as it
// is, other UTF-8 behind its mark (RFC 5424 section 6.4), and what is neither
// as it came, byte for byte, without the mark. Control characters but the tab
// become \xhh: RFC 5424 lets a sender do so, and a newline would end the message
// for many a receiver.
func (f *syslogForm) appendText(dst []byte, start int, text []byte) []byte {
	dst = append(dst, ' ')
	if !ascii(text) && utf8.Valid(text) {
		dst = append(dst, bom...)
	}
	from := len(dst)
	for i, c := range text {
		if c < ' ' && c != '\t' || c == 0x7f {
			dst = kmsg.AppendEscaped(dst, text[i:i+1])
		} else {
			dst = append(dst, c)
		}
	}
	if over := len(dst) - start - f.max; over > 0 {
		dst = cutText(dst, from, over)
	}
	return dst
}

// cutText shortens the text that begins at from by over bytes at least, and
// tells by how many.
func cutText(dst []byte, from, over int) []byte {
	const mark = "[-- %d bytes cut --]"
	room := len(mark) + 5
	end := max(from, len(dst)-over-room)
	for end > from && !utf8.RuneStart(dst[end]) && len(dst)-end < over+room+utf8.UTFMax {
		end--
	}
	return fmt.Appendf(dst[:end], mark, len(dst)-end)
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

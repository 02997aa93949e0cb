package kmsg

import "bytes"

// cutLengths are the lengths at which kernels cut a record short: 2048 bytes
// (PRINTK_MESSAGE_MAX), 8192 up to Linux 6.2. Such a record may have no newline,
// and then the next one follows it immediately.
var cutLengths = [...]int{2048, 8192}

// splitRecord returns the length of the record at the start of b, a stream of
// records one after another: its first line and the dictionary lines behind it.
// 0 means that more has to be read. open means that the record reaches to the
// end of b and is complete only if nothing more of it follows.
func splitRecord(b []byte, eof bool) (n int, open bool) {
	for n < len(b) {
		i := bytes.IndexByte(b[n:], '\n') + 1
		if i == 0 {
			n = len(b)
			break
		}
		n += i
		if n < len(b) && b[n] != ' ' {
			break
		}
	}
	for _, cut := range cutLengths {
		if n <= cut || b[cut-1] == '\n' {
			continue
		}
		switch follows(b, cut) {
		case yes:
			return cut, false
		case unclear:
			if !eof {
				return 0, false
			}
		}
	}
	if n < len(b) {
		return n, false
	}
	if eof || n > 0 && (b[n-1] == '\n' || n == cutLengths[0] || n == cutLengths[1]) {
		return n, true
	}
	return 0, false
}

type answer int

const (
	no answer = iota
	yes
	unclear
)

// follows tells whether the header of a later record than the one at the start
// of b begins at b[cut]; that is unclear while it is not there as a whole.
func follows(b []byte, cut int) answer {
	var first, second Record
	if _, err := first.header(b); err != nil {
		return no
	}
	_, err := second.header(b[cut:])
	switch e, _ := err.(*SyntaxError); {
	case e != nil && e.Offset == len(b)-cut:
		return unclear
	case e == nil && second.Seq > first.Seq:
		return yes
	}
	return no
}

package kmsg

import (
	"bytes"
	"iter"
)

// The body of an extended record is its text, a newline, and lines " key=value":
// first the kernel's dictionary, then the target's userdata, then its sysdata,
// with nothing between them. What tells them apart:
//
//   - The dictionary is SUBSYSTEM and then DEVICE, each at most once, each value
//     escaped, that is printable ASCII (msg_print_ext_body in
//     kernel/printk/printk.c). The first line that is anything else ends it.
//   - Sysdata is the longest run of lines at the very end that are some of cpu,
//     taskname, release, msgid in this order with values that the kernel could
//     have written (drivers/net/netconsole.c).
//   - Userdata is what stands between. It is not escaped: a line that does not
//     begin with a blank and a key of 1 to 53 bytes and an equals sign continues
//     the value before it, newline included.
//   - A record that was cut at 2048 bytes ends without a newline, and userdata
//     follows immediately: text or dictionary that reaches across byte 2048
//     ends there if what follows reads like a line of userdata.
//
// So these are misread: userdata named SUBSYSTEM or DEVICE that comes first on a
// record without a dictionary; userdata that ends like sysdata where the sysdata
// lacks just those lines; a line inside a value that itself reads " key=value".

// splitBody splits a record at the ends of text, dictionary and userdata. rec is
// the record with its header, body the index behind the semicolon. All results
// are indices into rec.
func splitBody(rec []byte, body int) (text, dict, user int) {
	n := bytes.IndexByte(rec[body:], '\n')
	if n >= 0 && body+n == len(rec)-1 || n < 0 && len(rec) <= cutLengths[0] {
		return len(bytes.TrimSuffix(rec, newline)), len(rec), len(rec)
	}
	text, dict = kernelPart(rec, body)
	return text, dict, dict + sysdataAt(rec[dict:])
}

// kernelPart returns the ends of the text, without its newline, and of the
// dictionary.
func kernelPart(rec []byte, body int) (text, dict int) {
	if cut := cutLengths[0]; len(rec) > cut && body < cut && rec[cut-1] != '\n' && entryAhead(rec[cut:]) {
		if text, dict, open := dictionary(rec[:cut], body); open {
			return text, dict
		}
	}
	text, dict, _ = dictionary(rec, body)
	return text, dict
}

var dictionaryKeys = [...][]byte{[]byte(" SUBSYSTEM="), []byte(" DEVICE=")}

// dictionary is kernelPart without regard to the cut; open means that text or
// dictionary reach to the end of rec without a newline.
func dictionary(rec []byte, body int) (text, dict int, open bool) {
	n := bytes.IndexByte(rec[body:], '\n')
	if n < 0 {
		return len(rec), len(rec), true
	}
	text = body + n
	dict = text + 1
	for _, key := range dictionaryKeys {
		line, _, whole := bytes.Cut(rec[dict:], newline)
		if !whole {
			if len(line) > 0 && (bytes.HasPrefix(key, line) || bytes.HasPrefix(line, key) && printable(line)) {
				return text, len(rec), true
			}
			continue
		}
		if bytes.HasPrefix(line, key) && printable(line) {
			dict += len(line) + 1
		}
	}
	return text, dict, false
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// entryAhead reports whether b begins with a line " key=".
func entryAhead(b []byte) bool {
	if len(b) == 0 || b[0] != ' ' {
		return false
	}
	i := bytes.IndexByte(b[:min(len(b), 1+UserdataKeyMax+1)], '=')
	return i > 1 && bytes.IndexByte(b[:i], '\n') < 0
}

// entryLen returns the length of the entry at the start of b, the lines that
// continue its value and the last newline included.
func entryLen(b []byte) int {
	n := 0
	for {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			return len(b)
		}
		n += i + 1
		if n == len(b) || entryAhead(b[n:]) {
			return n
		}
	}
}

// cutEntry takes key and value out of an entry. What is not one has a nil value.
func cutEntry(b []byte) (key, value []byte) {
	b = bytes.TrimPrefix(bytes.TrimSuffix(b, newline), blank)
	key, value, ok := bytes.Cut(b, equals)
	if !ok {
		return key, nil
	}
	return key, value
}

// entries yields key and value of the lines in b.
func entries(b []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for len(b) > 0 {
			n := entryLen(b)
			key, value := cutEntry(b[:n])
			if !yield(key, value) {
				return
			}
			b = b[n:]
		}
	}
}

package kmsg

import (
	"bytes"
	"iter"
)

// Record is one record of the kernel log in the form that read(2) on
// /dev/kmsg gives it:
//
//	prio,seq,usec,flag[,key=value…];text\n
//	 KEY=value\n…
//
// Its slices point into the bytes it was parsed from. The format is described
// in the kernel's Documentation/ABI/testing/dev-kmsg.
type Record struct {
	Priority uint32 // facility<<3 | level, see Facility and Level
	Seq      uint64 // sequence number, from 0 at boot
	Usec     uint64 // time stamp: microseconds of the kernel's local clock, near 0 at boot
	Flag     byte   // '-', 'c' (continuation of a line begun before) or '+' (the same, up to Linux 4.9)
	Fields   []byte // header fields after the flag as read, such as "caller=T1", without the comma before
	Text     []byte // the text as read, escaped, without the newline
	Dict     []byte // the dictionary lines as read, each with its blank in front and its newline
	Raw      []byte // the whole record as read; one that the kernel cut at its limit has no final newline

	// Lost counts the records that the source could not read immediately
	// before this one. Only a Device fills it in.
	Lost uint64
}

// Level returns the severity, 0 (emergency) to 7 (debug).
func (r Record) Level() int { return int(r.Priority & 7) }

// Facility returns the syslog facility: 0 is the kernel, 1 a user's write to
// /dev/kmsg that named none.
func (r Record) Facility() int { return int(r.Priority >> 3) }

// Caller returns the value of the header field caller: T and a thread's id or
// C and a processor's number; nil in records of kernels without
// CONFIG_PRINTK_CALLER.
func (r Record) Caller() []byte {
	for field := range bytes.SplitSeq(r.Fields, comma) {
		if v, ok := bytes.CutPrefix(field, caller); ok {
			return v
		}
	}
	return nil
}

var comma, caller = []byte(","), []byte("caller=")

// AppendText appends the record's text, escapes undone, to dst. A record that
// the kernel cut at its limit yields what is left of its text.
func (r Record) AppendText(dst []byte) []byte { return AppendUnescaped(dst, r.Text) }

// Dictionary yields key and value of each dictionary line as read, escaped. A
// line without an equals sign, as the kernel's limit may leave one, has a nil
// value.
func (r Record) Dictionary() iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for rest := r.Dict; len(rest) > 0; {
			var line []byte
			line, rest, _ = bytes.Cut(rest, newline)
			key, value, _ := bytes.Cut(line[1:], equals)
			if !yield(key, value) {
				return
			}
		}
	}
}

var newline, equals = []byte("\n"), []byte("=")

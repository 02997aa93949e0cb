package kmsg

import (
	"bytes"
	"strconv"
)

// textMax is the length in bytes of the longest text that one write to /dev/kmsg
// can give a record (PRINTKRB_RECORD_MAX).
const textMax = 1024

// defaultPriority is facility kernel and level warning, what printk takes for a
// message that names no level.
const defaultPriority = 4

// textLine is a line of text on its way into one or more records.
type textLine struct {
	seq     uint64
	prio    uint64
	usec    uint64
	caller  []byte
	rest    []byte
	flag    byte
	pending bool // a record is still to be made of rest
	buf     []byte
}

// begin takes a line, with or without its newline, apart into what dmesg may
// have put in front and the text.
func (t *textLine) begin(line []byte, now func() uint64) {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, newline), []byte("\r"))
	var ok, timed, called bool
	if t.prio, line, ok = cutPriority(line); !ok {
		t.prio, line = cutDecoded(line)
	}
	if t.usec, line, timed = cutTime(line); !timed {
		t.usec = now()
	}
	if t.caller, line, called = cutCaller(line); timed || called {
		line = bytes.TrimPrefix(line, blank)
	}
	t.rest, t.flag, t.pending = line, '-', true
}

// record makes a record of the next piece. The record is valid until the next
// call.
func (t *textLine) record() Record {
	piece := t.rest[:min(len(t.rest), textMax)]
	b := append(strconv.AppendUint(t.buf[:0], t.prio, 10), ',')
	b = append(strconv.AppendUint(b, t.seq, 10), ',')
	b = append(strconv.AppendUint(b, t.usec, 10), ',', t.flag)
	header := len(b)
	if t.caller != nil {
		b = append(append(append(b, ','), caller...), t.caller...)
	}
	text := len(b) + 1
	b = append(AppendEscaped(append(b, ';'), piece), '\n')
	r := Record{Priority: uint32(t.prio), Seq: t.seq, Usec: t.usec, Flag: t.flag, Text: b[text : len(b)-1], Dict: b[len(b):], Raw: b}
	if t.caller != nil {
		r.Fields = b[header+1 : text-1]
	}
	t.buf, t.rest = b, t.rest[len(piece):]
	t.pending = len(t.rest) > 0
	t.flag = 'c'
	t.seq++
	return r
}

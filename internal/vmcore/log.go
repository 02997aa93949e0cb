package vmcore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// A Log is what a kernel had in its log when it crashed.
type Log struct {
	Release string    // of the kernel
	Time    time.Time // of the crash
	Text    []byte    // lines as dmesg --raw prints them, oldest first
	Lost    int       // records that were being written, or whose text was gone
}

// maxText bounds the text, in bytes.
const maxText = 64 << 20

// Read reads the log out of a memory image.
func Read(r io.ReaderAt) (Log, error) {
	m, err := open(r)
	if err != nil {
		return Log{}, err
	}
	b, ok := m.note("VMCOREINFO")
	if !ok {
		return Log{}, errors.New("it has no note VMCOREINFO")
	}
	i := &info{text: string(b)}
	var l Log
	l.Release, _ = i.value("OSRELEASE")
	if v, ok := i.value("CRASHTIME"); ok {
		sec, _ := strconv.ParseInt(v, 10, 64) // the kernel's own text
		l.Time = time.Unix(sec, 0)
	}
	where, err := i.layout()
	if err != nil {
		return l, err
	}
	p, err := m.ring(where)
	if err != nil {
		return l, err
	}
	for id := p.tail; ; id = (id + 1) & idMask {
		x, err := p.record(id)
		switch err {
		case nil:
			l.Text = x.appendLines(l.Text)
		case errNone:
		case errGone:
			l.Lost++
		default:
			return l, err
		}
		if id == p.head || len(l.Text) > maxText {
			return l, nil
		}
	}
}

// A record is one of the log.
type record struct {
	priority uint32
	nsec     uint64
	text     []byte
}

// appendLines appends it as dmesg --raw prints it.
func (x record) appendLines(b []byte) []byte {
	text, more := bytes.TrimSuffix(x.text, newline), true
	for more {
		var line []byte
		line, text, more = bytes.Cut(text, newline)
		b = fmt.Appendf(b, "<%d>[%5d.%06d] %s\n", x.priority, x.nsec/1e9, x.nsec%1e9/1e3, line)
	}
	return b
}

var newline = []byte("\n")

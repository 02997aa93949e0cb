package kmsg

import (
	"bytes"
	"fmt"
	"math"
)

// maxHeader is the length in bytes that a record's header, without the
// semicolon, may have. Kernels write less than 100; the bound leaves every
// fragment of a record room for its body.
const maxHeader = 512

// SyntaxError says where bytes stopped being a record.
type SyntaxError struct {
	Offset int    // bytes from the record's start
	What   string // what was expected there and what was found
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("byte %d of the record: %s", e.Offset, e.What)
}

// Parse takes one record apart: b is what one read(2) on /dev/kmsg gives, with
// or without its final newline. Header fields that it does not know are kept in
// Fields. The record points into b; nothing is allocated. An error is a
// *SyntaxError.
func Parse(b []byte) (Record, error) {
	var r Record
	i, err := r.header(b)
	if err != nil {
		return Record{}, err
	}
	r.Raw = b
	r.Text = b[i:]
	if n := bytes.IndexByte(r.Text, '\n'); n >= 0 {
		r.Text, r.Dict = r.Text[:n], r.Text[n+1:]
		i += n + 1
	}
	for rest := r.Dict; len(rest) > 0; {
		if rest[0] != ' ' {
			return Record{}, expected(b, i, "the blank of a dictionary line")
		}
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 {
			break
		}
		rest, i = rest[n:], i+n
	}
	return r, nil
}

// header fills in what stands before the semicolon and returns the index
// behind it. An error at len(b) means that b ended too early.
func (r *Record) header(b []byte) (int, error) {
	if len(b) > 0 && b[0] == ' ' {
		return 0, &SyntaxError{0, "a dictionary line without a record before it"}
	}
	prio, i, err := number(b, 0, math.MaxUint32, "priority")
	if err != nil {
		return 0, err
	}
	if r.Seq, i, err = number(b, i, math.MaxUint64, "sequence number"); err != nil {
		return 0, err
	}
	if r.Usec, i, err = number(b, i, math.MaxUint64, "time stamp"); err != nil {
		return 0, err
	}
	if i == len(b) || b[i] != '-' && b[i] != 'c' && b[i] != '+' {
		return 0, expected(b, i, "a flag, one of - c +")
	}
	r.Priority, r.Flag = uint32(prio), b[i]
	i++
	end := i
	for end < len(b) && end <= maxHeader && b[end] != ';' && b[end] != '\n' {
		end++
	}
	switch {
	case end > maxHeader:
		return 0, &SyntaxError{end, fmt.Sprintf("no semicolon within the first %d bytes", maxHeader)}
	case end == len(b) || b[end] != ';':
		return 0, expected(b, end, "a semicolon after the header")
	case end > i && b[i] != ',':
		return 0, expected(b, i, "a comma or a semicolon after the flag")
	case end > i:
		r.Fields = b[i+1 : end]
	}
	return end + 1, nil
}

// number reads a decimal number of at most limit and the comma behind it.
func number(b []byte, i int, limit uint64, name string) (uint64, int, error) {
	var v uint64
	start := i
	for ; i < len(b) && '0' <= b[i] && b[i] <= '9'; i++ {
		d := uint64(b[i] - '0')
		if v > (limit-d)/10 {
			return 0, 0, &SyntaxError{i, fmt.Sprintf("%s above %d", name, limit)}
		}
		v = v*10 + d
	}
	if i == start {
		return 0, 0, expected(b, i, "a decimal "+name)
	}
	if i == len(b) || b[i] != ',' {
		return 0, 0, expected(b, i, "a comma after the "+name)
	}
	return v, i + 1, nil
}

func expected(b []byte, i int, what string) *SyntaxError {
	if i >= len(b) {
		return &SyntaxError{i, "expected " + what + ", found the end"}
	}
	return &SyntaxError{i, fmt.Sprintf("expected %s, found %q", what, b[i])}
}

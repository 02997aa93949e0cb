package kmsg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// InputFormat is what a Scanner takes its input for.
type InputFormat int

const (
	// Auto decides by the first line that is neither empty nor a dictionary
	// line: Kmsg if it begins like a record, else Text unless the input
	// looks binary, which is an ErrBinary.
	Auto InputFormat = iota
	// Kmsg is records as read(2) on /dev/kmsg gives them, one after another.
	Kmsg
	// Text is lines as dmesg prints them, or any others.
	Text
)

// ErrBinary is the error of a Scanner whose input, to be told by its content,
// is neither records nor text.
var ErrBinary = errors.New("neither /dev/kmsg records nor text: the input looks binary " +
	"(uncompress it, or force a format)")

// ScanOptions are the options of NewScanner.
type ScanOptions struct {
	Format InputFormat
	Name   string // of the input, for errors; "input" if empty
	// Now gives the time in microseconds since boot for lines of text
	// without a time stamp; nil means 0.
	Now func() uint64
}

// InputError says where in its input a Scanner found a malformed record.
type InputError struct {
	Name   string // of the input
	Line   int    // from 1
	Offset int64  // bytes from the start of the input
	Err    *SyntaxError
}

func (e *InputError) Error() string {
	return fmt.Sprintf("%s:%d: byte %d: %s", e.Name, e.Line, e.Offset, e.Err.What)
}

func (e *InputError) Unwrap() error { return e.Err }

// Scanner reads the records of a file or a pipe. Malformed input is an error
// that wraps an *InputError; reading goes on behind the malformed record. A line
// or record over 64 KiB is malformed, which bounds the memory in use.
//
// In the Kmsg format empty lines are passed over, and a last record may lack its
// end. A record ends where another begins, as dictionary lines may follow its
// first line. Where input may be slow to come (the reader is an *os.File or
// another syscall.Conn, and not wrapped in anything) a record also ends where
// it could end and nothing more comes within 20 ms, so that the last record of a
// live pipe is not held back. Gaps in the sequence numbers are no losses here:
// a file may have been filtered.
//
// In the Text format every line is a record, and one over 1024 bytes is several,
// of which the later ones have the flag c. A line may begin with a priority
// (<6>, dmesg --raw) or with facility and level (dmesg --decode), a time stamp
// and a caller; without, it is a kernel record of level 4, as
// default_message_loglevel has it, at the time that ScanOptions.Now tells. The
// sequence numbers count from 0. The records are put into /dev/kmsg's form, not
// cut at the kernel's limit.
type Scanner struct {
	window
	o        ScanOptions
	quiet    func() bool // nothing to read now; nil where that cannot be known
	skipping bool        // in the rest of a line that was too long
	text     textLine
	fatal    error
}

var _ Source = (*Scanner)(nil)

// NewScanner returns a Scanner that reads r.
func NewScanner(r io.Reader, o ScanOptions) *Scanner {
	if o.Name == "" {
		o.Name = "input"
	}
	if o.Now == nil {
		o.Now = func() uint64 { return 0 }
	}
	return &Scanner{window: window{r: r, buf: make([]byte, windowSize), line: 1}, o: o, quiet: quiet(r)}
}

// Next returns the next record, reading as often as it takes.
func (s *Scanner) Next() (Record, error) {
	for {
		r, ok, err := s.scan(true)
		switch {
		case ok || err != nil:
			return r, err
		case s.err == io.EOF:
			return Record{}, io.EOF
		case s.err != nil:
			return Record{}, fmt.Errorf("read %s: %w", s.o.Name, s.err)
		}
		s.fill()
	}
}

// TryNext returns the next record if it has been read completely already. It
// never reads, so that the last record in the buffer is left to Next.
func (s *Scanner) TryNext() (Record, bool, error) { return s.scan(false) }

// Close closes the reader if it can be closed.
func (s *Scanner) Close() error {
	if c, ok := s.r.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// scan returns the next record in the window. mayEnd allows it to find out
// whether one that could be complete is.
func (s *Scanner) scan(mayEnd bool) (Record, bool, error) {
	if s.text.pending {
		return s.text.record(), true, nil
	}
	if s.skipping {
		s.skipping = !s.skipLine()
	}
	if s.o.Format == Auto && s.fatal == nil {
		s.o.Format, s.fatal = s.detect()
	}
	if s.o.Format == Auto || s.fatal != nil {
		return Record{}, false, s.fatal
	}
	eof := s.err != nil
	n, open := s.split(eof)
	if n == 0 || open && !eof && (s.full() || !mayEnd || s.quiet == nil || !s.quiet()) {
		if s.full() {
			err := s.fault(&SyntaxError{0, fmt.Sprintf("a line of more than %d bytes; skipped to its end", windowSize)})
			s.skipping = true
			return Record{}, false, err
		}
		return Record{}, false, nil
	}
	if s.o.Format == Text {
		s.text.begin(s.take(n), s.o.Now)
		return s.text.record(), true, nil
	}
	r, err := Parse(s.data()[:n:n])
	if err != nil {
		err = s.fault(err.(*SyntaxError))
	}
	s.take(n)
	return r, err == nil, err
}

// split finds the end of the record at the start of the window.
func (s *Scanner) split(eof bool) (n int, open bool) {
	if s.o.Format == Text {
		n = bytes.IndexByte(s.data(), '\n') + 1
		if n == 0 && eof {
			n = len(s.data())
		}
		return n, false
	}
	for bytes.HasPrefix(s.data(), newline) {
		s.take(1)
	}
	return splitRecord(s.data(), eof)
}

func (s *Scanner) fault(err *SyntaxError) error {
	lines := bytes.Count(s.data()[:err.Offset], newline)
	return &InputError{s.o.Name, s.line + lines, s.offset + int64(err.Offset), err}
}

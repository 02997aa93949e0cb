package lastcrash

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"netkmsg/kmsg"
)

// A Source delivers crashes as records: each log after a record that says what
// it is. Every record is marked: with the dictionary entry NETKMSG_ORIGIN, and
// if inText is set, as the basic format has no dictionary, with the origin in
// front of its text. The sequence numbers count from 0.
type Source struct {
	crashes []Crash
	inText  bool
	scan    *kmsg.Scanner
	mark    []byte // of the present crash, escaped
	seq     uint64
	buf     []byte
}

var _ kmsg.Source = (*Source)(nil)

// NewSource returns a source of the crashes.
func NewSource(crashes []Crash, inText bool) *Source {
	return &Source{crashes: crashes, inText: inText}
}

// Next returns the next record.
func (s *Source) Next() (kmsg.Record, error) {
	for {
		if s.scan == nil {
			if len(s.crashes) == 0 {
				return kmsg.Record{}, io.EOF
			}
			return s.begin(s.crashes[0])
		}
		r, err := s.scan.Next()
		if !errors.Is(err, io.EOF) {
			if err != nil {
				return r, err
			}
			return s.marked(r)
		}
		s.scan, s.crashes = nil, s.crashes[1:]
	}
}

// begin announces a crash.
func (s *Source) begin(c Crash) (kmsg.Record, error) {
	s.mark = kmsg.AppendEscaped(nil, []byte(c.Origin))
	s.scan = kmsg.NewScanner(bytes.NewReader(c.Text), kmsg.ScanOptions{Format: kmsg.Text, Name: c.Origin})
	why := strings.ToLower(c.Reason)
	if why == "" {
		why = "crash"
	}
	line := fmt.Sprintf("44,0,0,-;netkmsg: log of the previous kernel (%s, %s) follows\n", why, c.Time.UTC().Format("2006-01-02 15:04:05Z"))
	r, err := kmsg.Parse([]byte(line))
	if err != nil {
		return r, err
	}
	return s.marked(r)
}

// marked numbers a record and marks it.
func (s *Source) marked(r kmsg.Record) (kmsg.Record, error) {
	b := fmt.Appendf(s.buf[:0], "%d,%d,%d,%c", r.Priority, s.seq, r.Usec, r.Flag)
	if len(r.Fields) > 0 {
		b = append(append(b, ','), r.Fields...)
	}
	b = append(b, ';')
	if s.inText {
		b = append(append(b, s.mark...), ": "...)
	}
	b = append(append(b, r.Text...), "\n NETKMSG_ORIGIN="...)
	s.buf = append(append(b, s.mark...), '\n')
	s.seq++
	return kmsg.Parse(s.buf)
}

// TryNext returns the next record, which is always at hand.
func (s *Source) TryNext() (kmsg.Record, bool, error) {
	r, err := s.Next()
	if errors.Is(err, io.EOF) {
		return r, false, nil
	}
	return r, err == nil, err
}

// Close does nothing.
func (s *Source) Close() error { return nil }

package frame

import (
	"errors"
	"fmt"
)

// What a ParseError may wrap, for those who treat kinds of frames differently.
// A ParseError that wraps none of them reports a field that contradicts
// another or the protocol.
var (
	// ErrNotUDP: a frame of another protocol, with nothing wrong about it.
	ErrNotUDP = errors.New("not UDP over IPv6 or IPv4")
	// ErrFragment: a part of an IP datagram, which only reassembly can check.
	ErrFragment = errors.New("a fragment, to be reassembled first")
	// ErrTruncated: the bytes end before the header or packet in them does.
	ErrTruncated = errors.New("cut short")
	// ErrChecksum: changed on the way, or captured before the device that
	// was to fill the checksum in had done so; ParseUnverified takes the latter.
	ErrChecksum = errors.New("damaged, or left for the device to fill in")
	// ErrLinkType: nothing is known of the frame's link type.
	ErrLinkType = errors.New("link type not known")
	// ErrPadding: bytes behind the IP packet that are not zero. It comes from
	// Faults only and does no harm: a trailer, a frame check sequence, or what
	// lay in the sender's memory.
	ErrPadding = errors.New("not part of the packet")
)

// ParseError says which field of a frame is wrong.
type ParseError struct {
	Layer  string // as in Field.Layer
	Field  string // as in Field.Name, or "header" for a layer that is cut short
	Offset int    // of the field, in bytes from the start of the frame
	Got    string // what it holds
	Want   string // what it should hold
	Err    error  // one of the above or nil
}

// Error puts all fields into one sentence.
func (e *ParseError) Error() string {
	s := fmt.Sprintf("parse frame: %s %s at byte %d is %s, want %s", e.Layer, e.Field, e.Offset, e.Got, e.Want)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns e.Err.
func (e *ParseError) Unwrap() error { return e.Err }

// short reports a header of n bytes where there should be want or more.
func short(layer string, offset, n, want int) error {
	return &ParseError{layer, "header", offset, count(n), count(want) + " or more", ErrTruncated}
}

func count(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// bad reports a number at a place in the IP header.
func (f *Frame) bad(layer, field string, at, got int, want string) error {
	return &ParseError{layer, field, f.ip + at, fmt.Sprint(got), want, nil}
}

// beyond reports a length that reaches past the end of the frame.
func (f *Frame) beyond(layer, field string, at, got, left int) error {
	return &ParseError{layer, field, f.ip + at, fmt.Sprint(got), fmt.Sprintf("at most %d, what is left of the frame", left), ErrTruncated}
}

// badChecksum reports the checksum at a place in the frame.
func (f *Frame) badChecksum(layer, field string, at int, want uint16) error {
	return &ParseError{layer, field, at, fmt.Sprintf("%#04x", be.Uint16(f.raw[at:])), fmt.Sprintf("%#04x", want), ErrChecksum}
}

// fragment reports a part of a datagram; place is in bytes.
func fragment(layer string, at, place int, more bool) error {
	got := fmt.Sprintf("%d", place)
	if more {
		got += " with more to follow"
	}
	return &ParseError{layer, "Fragment Offset", at, got, "0 with nothing to follow", ErrFragment}
}

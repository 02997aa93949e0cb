package transmit

import (
	"errors"
	"syscall"

	"netkmsg/frame/wire"
)

// Sequence is frames by number. It is random access, so that several workers
// and every run give the same bytes, and may be used by several goroutines.
type Sequence interface {
	// Len returns the number of frames, 0 for a sequence without end.
	Len() uint64
	// Frame returns frame i, counted from 0: in buf, which is made longer
	// if need be, or in memory that never changes.
	Frame(i uint64, buf []byte) ([]byte, error)
}

// Port is where frames leave: a [wire.Conn].
type Port interface {
	// SendBatch sends frames in order. It returns how many were accepted,
	// and why the next one was not.
	SendBatch(frames [][]byte) (int, error)
	Close() error
}

// Reason is why a frame was refused.
type Reason int

// The reasons, as [wire] tells them.
const (
	NoRoom  Reason = iota // device or socket had no room, or no carrier, for as long as wire tries
	Down                  // the device is administratively down
	TooLong               // longer than the device's MTU allows
	Gone                  // the device does not exist any more; the run ends
	Other
	reasons
)

// String returns the reason in words.
func (r Reason) String() string {
	return [...]string{"no room", "device down", "too long", "device gone", "other"}[r]
}

func reason(err error) Reason {
	switch {
	case wire.Gone(err):
		return Gone
	case wire.Down(err):
		return Down
	case errors.Is(err, syscall.EMSGSIZE):
		return TooLong
	case wire.Full(err):
		return NoRoom
	}
	return Other
}

package netconsole

import (
	"context"

	"netkmsg/frame"
)

// Port is where a target's frames leave the host: a device, or nothing at
// all when they only go to a capture file.
type Port interface {
	// Send hands over frames in order and never waits for the device to
	// come back. It returns how many were accepted, and why the next one
	// was not.
	Send(frames [][]byte) (int, error)

	// Recover is told why a frame was refused. It waits while a change of
	// the device can mend that, and reports whether to try the frame again;
	// otherwise the frame is lost. It returns when ctx is done.
	Recover(ctx context.Context, cause error) bool

	// MAC is the source address of frames sent now.
	MAC() frame.MAC

	Close() error
}

// Discard is the Port of a target whose frames are captured and not sent.
type Discard frame.MAC

// Send accepts all frames.
func (d Discard) Send(frames [][]byte) (int, error) { return len(frames), nil }

// Recover is never needed.
func (d Discard) Recover(context.Context, error) bool { return false }

// MAC returns the address that stands in for a device's.
func (d Discard) MAC() frame.MAC { return frame.MAC(d) }

// Close does nothing.
func (d Discard) Close() error { return nil }

//go:build !linux

package wire

import "time"

// A Receiver receives frames from one device. Only Linux has it.
type Receiver struct{}

// Listen needs Linux.
func Listen(dev string, ports []uint16) (*Receiver, error) {
	return nil, &Error{Op: "listen on", Device: dev, Err: errLinux}
}

// ListenAll needs Linux.
func ListenAll(dev string, outgoing bool) (*Receiver, error) {
	return nil, &Error{Op: "listen on", Device: dev, Err: errLinux}
}

// Name needs Linux.
func (r *Receiver) Name() string { return "" }

// Index needs Linux.
func (r *Receiver) Index() int { return 0 }

// Buffer needs Linux.
func (r *Receiver) Buffer() (int, error) { return 0, errLinux }

// Drops needs Linux.
func (r *Receiver) Drops() (uint64, error) { return 0, errLinux }

// Read needs Linux.
func (r *Receiver) Read(deadline time.Time, each func(at time.Time, frame []byte, unverified bool)) error {
	return errLinux
}

// Close needs Linux.
func (r *Receiver) Close() error { return errLinux }

// ListenNeighbours needs Linux.
func ListenNeighbours(dev string) (*Receiver, error) { return Listen(dev, nil) }

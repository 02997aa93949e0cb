//go:build !linux

package wire

import (
	"errors"

	"netkmsg/frame"
)

var errLinux = errors.New("only Linux has packet sockets")

// A Conn sends frames on one device. Only Linux has it.
type Conn struct{}

// Open needs Linux.
func Open(dev string, o Options) (*Conn, error) {
	return nil, &Error{Op: "open packet socket on", Device: dev, Err: errLinux}
}

// Name needs Linux.
func (c *Conn) Name() string { return "" }

// Index needs Linux.
func (c *Conn) Index() int { return 0 }

// MTU needs Linux.
func (c *Conn) MTU() (int, error) { return 0, errLinux }

// MAC needs Linux.
func (c *Conn) MAC() (frame.MAC, error) { return frame.MAC{}, errLinux }

// Send needs Linux.
func (c *Conn) Send(f []byte) error { return errLinux }

// SendBatch needs Linux.
func (c *Conn) SendBatch(fs [][]byte) (int, error) { return 0, errLinux }

// Close needs Linux.
func (c *Conn) Close() error { return errLinux }

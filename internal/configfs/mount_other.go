//go:build !linux

package configfs

import (
	"errors"
	"log/slog"
)

// A Mount is a tree that is being served.
type Mount struct{}

// Serve fails: the tree is about packet sockets and /dev/kmsg, which Linux has.
func Serve(string, Model, *slog.Logger) (*Mount, error) { return nil, errors.ErrUnsupported }

// Dir returns nothing.
func (*Mount) Dir() string { return "" }

// Done never closes.
func (*Mount) Done() <-chan struct{} { return nil }

// Close does nothing.
func (*Mount) Close() error { return nil }

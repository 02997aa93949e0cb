//go:build !linux

package configfs

import (
	"errors"
	"log/slog"
)

// A Place is a directory to mount on.
type Place struct{}

// Take fails: the tree is about packet sockets and /dev/kmsg, which Linux has.
func Take(string, *slog.Logger) (*Place, error) { return nil, errors.ErrUnsupported }

// Dir returns nothing.
func (*Place) Dir() string { return "" }

// Release does nothing.
func (*Place) Release() error { return nil }

// Serve fails as Take does.
func (*Place) Serve(Model, *slog.Logger) (*Mount, error) { return nil, errors.ErrUnsupported }

// A Mount is a tree that is being served.
type Mount struct{}

// Done never closes.
func (*Mount) Done() <-chan struct{} { return nil }

// Close does nothing.
func (*Mount) Close() error { return nil }

//go:build !linux

package kmsg

import (
	"errors"
	"fmt"
)

// OpenDevice opens the kernel log on Linux; elsewhere it returns an error that
// wraps errors.ErrUnsupported.
func OpenDevice(path string, _ Backlog) (*Device, error) {
	return nil, fmt.Errorf("open %s: %w (only Linux has it; a file or a pipe can be read everywhere)", path, errors.ErrUnsupported)
}

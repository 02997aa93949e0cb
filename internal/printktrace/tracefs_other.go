//go:build !linux

package printktrace

import "errors"

func openTrace() (tracer, error) {
	return nil, errors.New("trace printk: only Linux has this")
}

//go:build !linux

package realtime

import "errors"

func enter() []Refusal {
	return []Refusal{{"run in real time", "other processes may delay this one", "on Linux only", errors.ErrUnsupported}}
}

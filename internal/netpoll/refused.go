package netpoll

import (
	"fmt"
	"syscall"
)

// refused is an error that says in its own words what netpoll_setup says with
// a number.
type refused struct {
	text  string
	errno syscall.Errno
}

func refusef(e syscall.Errno, format string, args ...any) error {
	return &refused{fmt.Sprintf(format, args...), e}
}

func (r *refused) Error() string { return r.text }
func (r *refused) Unwrap() error { return r.errno }

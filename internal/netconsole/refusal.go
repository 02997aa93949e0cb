package netconsole

import "syscall"

// A Refusal is why the kernel would not take a write. It unwraps to the number with which the system call fails.
type Refusal struct {
	Errno syscall.Errno
	Log   string // what the kernel's log says of it; empty if it is silent
}

func deny(e syscall.Errno, log string) error { return &Refusal{e, log} }

func (r *Refusal) Error() string {
	if r.Log == "" {
		return r.Errno.Error()
	}
	return r.Log
}

func (r *Refusal) Unwrap() error { return r.Errno }

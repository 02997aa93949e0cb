package send

import (
	"errors"
	"fmt"
)

// ErrUsage is in errors of the command line: exit status 2.
var ErrUsage = errors.New("usage")

type usageError struct{ err error }

func (e usageError) Error() string   { return e.err.Error() }
func (e usageError) Unwrap() []error { return []error{e.err, ErrUsage} }

// Usage makes err an error of the command line.
func Usage(err error) error { return usageError{err} }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// ErrIncomplete ends a finite run of which not every record was sent. What
// happened to the others has been reported when it happened.
var ErrIncomplete = errors.New("not every record was sent")

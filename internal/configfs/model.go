package configfs

import "context"

// A Model is what the tree shows. Its methods may be called at any time from many goroutines, and each is atomic. Errors
// that a system call is to return wrap a syscall.Errno.
type Model interface {
	Names() []string                    // names of the targets, in the order in which they were made
	Len() int                           // how many there are
	Target(name string) (Target, bool)  // the same value for as long as the target exists
	Mkdir(name string) error            // makes a target
	Rmdir(name string) error            // ends and forgets one; ENOTEMPTY if it has keys
	Report(name string) ([]byte, error) // contents of a file of ReportDir
}

// A Target is one directory of the tree. It is comparable, and no other target is ever equal to it. Once it is removed,
// its methods fail with ENOENT.
type Target interface {
	Show(a Attr) (string, error) // contents, final newline included

	// Store does what one write(2) of b does; it does not keep b. from is the process that writes, 0 if it cannot be
	// known: a target is enabled in its writer's network namespace.
	Store(ctx context.Context, a Attr, b []byte, from int) error

	Keys() []string // of userdata, in the order in which they were made
	HasKey(key string) bool
	MkKey(key string) error
	RmKey(key string) error
}

// An Attr names an attribute of a target: a file of its directory, of userdata, or the value of a key.
type Attr struct {
	File string // "enabled", "msgid_enabled", "value" …
	Key  string // of userdata, with File "value"
}

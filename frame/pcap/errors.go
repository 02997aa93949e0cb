package pcap

import (
	"errors"
	"io/fs"
	"syscall"
)

// cause takes the operation and the path out of the system's error: the message around it has both.
func cause(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

// remedy says what to do about a file that cannot be created.
func remedy(err error) string {
	switch {
	case errors.Is(err, syscall.EROFS):
		return " (name a file on a writable file system such as /run or /dev/shm, or - for standard output)"
	case errors.Is(err, fs.ErrPermission):
		return " (name a file in a directory that you may write to, or - for standard output)"
	case full(err):
		return " (free some space, or name a file on another file system)"
	case errors.Is(err, fs.ErrNotExist):
		return " (make its directory first)"
	}
	return ""
}

// full reports whether there is no room for more, on the device, in the quota, or under the file size limit.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

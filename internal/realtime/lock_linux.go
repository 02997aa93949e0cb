//go:build !race

package realtime

import "golang.org/x/sys/unix"

// lockFlags has all that there is, and will be, read and locked at once.
const lockFlags = unix.MCL_CURRENT | unix.MCL_FUTURE

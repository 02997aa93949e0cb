//go:build race

package realtime

import "golang.org/x/sys/unix"

// future has new memory locked when it is used: the race detector maps far more
// than any machine has.
const future = unix.MCL_FUTURE | unix.MCL_ONFAULT

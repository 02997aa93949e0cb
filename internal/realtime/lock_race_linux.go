//go:build race

package realtime

import "golang.org/x/sys/unix"

// lockFlags has memory locked when it is used: the race detector maps far more
// than any machine has.
const lockFlags = unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT

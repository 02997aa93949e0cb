//go:build !race

package realtime

import "golang.org/x/sys/unix"

const future = unix.MCL_FUTURE

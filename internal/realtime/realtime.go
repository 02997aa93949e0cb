// Package realtime makes this process one that the kernel neither delays for
// the sake of others nor ends to get memory: all of it locked in memory, all
// threads ahead of every ordinary one, the last to be killed, and no garbage
// collection as long as there is little garbage.
package realtime

import "runtime/debug"

// heapMax is the size of heap, in bytes, at which garbage is collected after
// all. Sending makes none; what surrounds it, a capture or a log for several
// targets, may.
const heapMax = 64 << 20

// A Refusal is what the kernel did not allow. The rest is done all the same.
type Refusal struct {
	What   string // that was to be done
	Then   string // what may happen now
	Remedy string
	Err    error
}

func (r Refusal) Error() string {
	return r.What + ": " + r.Err.Error() + ": " + r.Then + " (" + r.Remedy + ")"
}

func (r Refusal) Unwrap() error { return r.Err }

// Enter does what the package says, and returns what was refused.
func Enter() []Refusal {
	debug.FreeOSMemory() // what the start has left is not to be locked
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(heapMax)
	return enter()
}

// Package output is where received records go: text, JSON lines, a file a
// host, the journal, syslog.
//
// No output ever makes the receiver wait. Each has a bounded queue; what does
// not fit is shed, counted, and announced in its place once there is room. So is
// what could not be written.
package output

import (
	"time"

	"netkmsg/kmsg"
)

// Output takes what a [kmsg.Collector] delivers, in its order. It keeps
// nothing of what it is handed. Its methods may be called by several
// goroutines; what one of them hands over stays in order.
type Output interface {
	Message(m *kmsg.Message)
	Notice(n *kmsg.Notice)

	// Flush begins to write what was handed over; it does not wait for it.
	// It is called after every batch of datagrams.
	Flush()

	// Shed is the number of records and notices lost so far: those that found
	// no room, and those that could not be written.
	Shed() uint64

	// Close writes what is queued, but not for longer than limit, and
	// returns the first error of writing.
	Close(limit time.Duration) error
}

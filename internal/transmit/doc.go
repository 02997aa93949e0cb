// Package transmit puts a sequence of frames on a device at a given pace, and
// tells what became of each.
//
// Frames leave evenly: each has a time of its own, counted from the start, so
// that nothing drifts. What is due is sent at once, in batches where the pace
// is faster than single frames can go. A sender that was held up catches up at
// most [Backlog] of it; what it is behind beyond that is given up, and the rate
// is then lower than asked for, instead of a burst.
package transmit

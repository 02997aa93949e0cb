// Package replay makes a capture file a sequence of frames to send again, with
// the capture's timing, and rewrites addresses and VLAN tags on the way.
//
// What is not asked to change stays bit for bit, faults included: checksums are
// updated for what changed (RFC 1624), so that a right one stays right and a
// wrong one as wrong as it was.
package replay

package match

import (
	"netkmsg/frame"
)

// A Frame is a frame taken apart for conditions to look at.
type Frame struct {
	frame.Layers
	Link frame.LinkType
	Data []byte // all of it; nil where Layers are all there is, as of a datagram from a socket

	// Unfinished says that the UDP checksum was left for a device to fill in,
	// as of a frame that another host on this machine sent: it is no fault.
	Unfinished bool
}

// Read takes a frame apart. Nothing is copied.
func Read(l frame.LinkType, b []byte, unfinished bool) Frame {
	return Frame{frame.Dissect(l, b), l, b, unfinished}
}

// Faults returns what is wrong with the frame, as [frame.Faults] does, but for
// checksums that are unfinished and remarks on padding.
func (f Frame) Faults() (list []*frame.ParseError) {
	for _, e := range frame.Faults(f.Link, f.Data) {
		switch {
		case e.Err == frame.ErrPadding:
		case f.Unfinished && e.Err == frame.ErrChecksum:
		default:
			list = append(list, e)
		}
	}
	return list
}

package match

import (
	"bytes"
)

// Nearest remembers, of the frames that it is shown, the one that comes nearest
// to a match: with the most conditions that hold, among equals the most telling
// ones (a port tells more than a MAC address), and of these the first.
// The zero value has seen none.
type Nearest struct {
	frame     Frame
	n, weight int
	seen      bool
}

// Add shows it a frame, which it copies if it is to be remembered.
func (n *Nearest) Add(m Match, f Frame) {
	agreeing, weight := m.near(&f)
	if n.seen && (agreeing < n.n || agreeing == n.n && weight <= n.weight) {
		return
	}
	n.n, n.weight, n.seen = agreeing, weight, true
	if f.Data != nil {
		f = Read(f.Link, bytes.Clone(f.Data), f.Unfinished)
	} else {
		f.Payload = bytes.Clone(f.Payload)
	}
	n.frame = f
}

// Frame returns the frame, false if none has been seen.
func (n *Nearest) Frame() (Frame, bool) { return n.frame, n.seen }

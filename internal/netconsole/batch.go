package netconsole

import "netkmsg/kmsg"

// batchMax is how many frames one system call sends (docs/performance.md).
const batchMax = 64

// entry says what a queued frame carries.
type entry struct {
	usec   uint64    // time of the record, for the capture
	seq    uint64    // number of the record
	record bool      // it is a record; otherwise only the mark of a loss
	last   bool      // the last frame of its record or mark
	loss   kmsg.Loss // the loss that is announced with it
}

// batch holds sealed frames, in buffers used again and again, until they are
// sent.
type batch struct {
	frames  [batchMax][]byte
	entries [batchMax]entry
	n       int
}

// full reports whether there are as many frames as one call may send.
func (b *batch) full(limit int) bool { return b.n == batchMax || limit > 0 && b.n >= limit }

// next returns the next frame's buffer, with room for head bytes of headers
// in front of the payload.
func (b *batch) next(head int) []byte {
	if cap(b.frames[b.n]) < head+kmsg.ChunkMax {
		b.frames[b.n] = make([]byte, head+kmsg.ChunkMax)
	}
	return b.frames[b.n][:head]
}

func (b *batch) push(f []byte, e entry) {
	b.frames[b.n], b.entries[b.n] = f, e
	b.n++
}

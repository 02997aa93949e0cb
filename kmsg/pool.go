package kmsg

// The pool keeps at most poolMax entries with buffers of at most poolBuffer
// bytes for reuse.
const poolMax, poolBuffer = 256, 2048

type pool struct {
	free *entry
	n    int
}

func (p *pool) get() *entry {
	e := p.free
	if e == nil {
		return &entry{assembly: assembly{buf: make([]byte, 0, 256), pieces: make([]piece, 0, 4)}}
	}
	p.free, e.next = e.next, nil
	p.n--
	return e
}

func (p *pool) put(e *entry) {
	if p.n == poolMax || cap(e.buf) > poolBuffer {
		return
	}
	*e = entry{assembly: assembly{buf: e.buf[:0], pieces: e.pieces[:0]}, next: p.free}
	p.free = e
	p.n++
}

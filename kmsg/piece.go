package kmsg

import "bytes"

// piecesMax bounds how many separate ranges one record may be waiting in. Full
// fragments of the longest record are fewer.
const piecesMax = 160

// piece is a range of a record's body that has come: n bytes from off on, kept
// from at on.
type piece struct{ off, n, at int32 }

func (p piece) end() int32 { return p.off + p.n }

// assembly is what has come of one record. The bytes are kept as they come, so
// that a fragment costs no more than its own length whatever it claims.
type assembly struct {
	buf    []byte
	pieces []piece // ordered, disjoint
	got    int     // bytes in pieces
}

// outcome tells what a fragment brought.
type outcome int

const (
	fresh   outcome = iota
	nothing         // all of it had come before
	crowded         // more separate ranges than piecesMax
)

// add adds the bytes of the body from off on. Where they differ from what had
// come, that stays, and the range is returned.
func (a *assembly) add(off int, b []byte) (o outcome, conflict Hole) {
	if len(a.pieces)+1 >= piecesMax {
		return crowded, Hole{}
	}
	i := len(a.pieces)
	for i > 0 && int(a.pieces[i-1].end()) > off {
		i--
	}
	o = nothing
	for len(b) > 0 {
		if i == len(a.pieces) || int(a.pieces[i].off) > off {
			n := len(b)
			if i < len(a.pieces) {
				n = min(n, int(a.pieces[i].off)-off)
			}
			i = a.insert(i, off, b[:n])
			off, b, o = off+n, b[n:], fresh
			continue
		}
		p := a.pieces[i]
		n := min(len(b), int(p.end())-off)
		had := a.buf[int(p.at)+off-int(p.off):][:n]
		if !bytes.Equal(had, b[:n]) {
			if conflict.To == 0 {
				conflict.From = off
			}
			conflict.To = off + n
		}
		off, b = off+n, b[n:]
		i++
	}
	return o, conflict
}

// insert puts b into a gap before piece i and returns the index behind it.
func (a *assembly) insert(i, off int, b []byte) int {
	p := piece{int32(off), int32(len(b)), int32(len(a.buf))}
	a.buf = append(a.buf, b...)
	a.got += len(b)
	if i > 0 && a.pieces[i-1].end() == p.off && a.pieces[i-1].at+a.pieces[i-1].n == p.at {
		a.pieces[i-1].n += p.n
		return i
	}
	a.pieces = append(a.pieces, piece{})
	copy(a.pieces[i+1:], a.pieces[i:])
	a.pieces[i] = p
	return i + 1
}

// appendHoles appends the ranges of total bytes that have not come. A negative
// total is unknown and more than what has come.
func (a *assembly) appendHoles(dst []Hole, total int) []Hole {
	at := 0
	for _, p := range a.pieces {
		if int(p.off) > at {
			dst = append(dst, Hole{at, int(p.off)})
		}
		at = int(p.end())
	}
	switch {
	case total < 0:
		dst = append(dst, Hole{at, -1})
	case at < total:
		dst = append(dst, Hole{at, total})
	}
	return dst
}

// appendBody appends what has come in its order, with a mark for each hole.
func (a *assembly) appendBody(dst []byte, holes []Hole) []byte {
	for _, p := range a.pieces {
		if len(holes) > 0 && holes[0].To == int(p.off) {
			dst = holes[0].appendMark(dst)
			holes = holes[1:]
		}
		dst = append(dst, a.buf[p.at:p.at+p.n]...)
	}
	for _, h := range holes {
		dst = h.appendMark(dst)
	}
	return dst
}

// appendMark appends what stands in the place of the missing bytes.
func (h Hole) appendMark(dst []byte) []byte {
	t := line{append(dst, "[-- "...)}
	if h.To < 0 {
		return append(t.s("the rest is missing: from ").n(uint64(h.From)).b, " --]"...)
	}
	t.count(uint64(h.To-h.From), "byte").s(" missing: ").n(uint64(h.From))
	if h.To > h.From+1 {
		t.s("-").n(uint64(h.To - 1))
	}
	return append(t.b, " --]"...)
}

package frame

import (
	"bytes"
	"container/list"
	"slices"
	"time"
)

// A datagram is what has come of one so far.
type datagram struct {
	key    fragmentKey
	first  time.Time
	queued *list.Element
	verify bool // no fragment's checksum was unfinished
	dead   bool // given up; its fragments are still to be known

	link  LinkType // of the fragment that begins the datagram, as are …
	ip    int
	head  []byte // … the headers, complete but for length and checksum; nil before it came
	parts []part // by place, without overlaps
	have  int    // bytes in them
	end   int    // length of the whole, 0 before the last fragment came
}

// A part is the data of one fragment.
type part struct {
	at   int
	data []byte
}

// What the memory of a datagram and of a part costs beyond their bytes, roughly.
const (
	datagramCost = 400
	partCost     = 64
)

// maxParts is into how many fragments the smallest MTU of IPv4, 68 bytes (RFC
// 791), can cut a datagram.
const maxParts = maxPacket/48 + 1

type verdict int

const (
	taken verdict = iota
	duplicate
	contradiction
)

// take adds a piece and returns by how much the datagram grew.
func (w *datagram) take(f *Frame, p piece) (verdict, int) {
	end := p.at + len(p.data)
	i, same := slices.BinarySearchFunc(w.parts, p.at, func(q part, at int) int { return q.at - at })
	if same && bytes.Equal(w.parts[i].data, p.data) && p.more == (end != w.end) {
		return duplicate, 0
	}
	switch n := len(w.parts); {
	case same,
		i > 0 && w.parts[i-1].at+len(w.parts[i-1].data) > p.at,
		i < n && end > w.parts[i].at,
		i < n && !p.more, // the last one, yet not behind all others
		i == n && w.end > 0,
		n == maxParts:
		return contradiction, 0
	}
	w.parts = slices.Insert(w.parts, i, part{p.at, bytes.Clone(p.data)})
	w.have += len(p.data)
	cost := partCost + len(p.data)
	if !p.more {
		w.end = end
	}
	if p.at == 0 {
		w.link, w.ip, w.head = f.link, f.ip, bytes.Clone(f.raw[:p.head])
		w.head[p.next] = p.kind
		cost += len(w.head)
	}
	return taken, cost
}

// whole reports whether nothing is missing.
func (w *datagram) whole() bool { return w.end > 0 && w.have == w.end }

// cost returns what the datagram counts for in memory.
func (w *datagram) cost() int {
	return datagramCost + len(w.parts)*partCost + w.have + len(w.head)
}

// join returns the frame as it would have been in one piece, nil if no length
// field could hold its size.
func (w *datagram) join() []byte {
	v4 := w.head[w.ip]>>4 == 4
	size := len(w.head) - w.ip + w.end
	if !v4 {
		size -= ipv6Len
	}
	if size > maxPacket {
		return nil
	}
	b := make([]byte, 0, len(w.head)+w.end)
	b = append(b, w.head...)
	for _, p := range w.parts {
		b = append(b, p.data...)
	}
	h := b[w.ip:len(w.head)]
	if !v4 {
		be.PutUint16(h[4:], uint16(size))
		return b
	}
	be.PutUint16(h[2:], uint16(size))
	be.PutUint16(h[6:], be.Uint16(h[6:])&0xc000)
	be.PutUint16(h[10:], ipv4Checksum(h))
	return b
}

package output

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// appendFileLine appends a block: the host's length in 2 bytes, the host, and
// the line that fill appends, which it ends with a newline.
func appendFileLine(dst []byte, host netip.AddrPort, fill func([]byte) []byte) []byte {
	return appendBlock(dst, func(dst []byte) []byte {
		at := len(dst)
		dst, _ = host.AppendBinary(append(dst, 0, 0)) // never fails
		binary.LittleEndian.PutUint16(dst[at:], uint16(len(dst)-at-2))
		start := len(dst)
		dst = fill(dst)
		if len(dst) == start || dst[len(dst)-1] != '\n' {
			dst = append(dst, '\n')
		}
		return dst
	})
}

// hostLines are the lines of a batch that one host's file is to take.
type hostLines struct {
	host netip.AddrPort
	text []byte
	ends []int // of each line, in text; a line may hold newlines
}

// head puts a mark in front of the first line.
func (h *hostLines) head(mark []byte) {
	h.text = slices.Insert(h.text, 0, mark...)
	for i := range h.ends {
		h.ends[i] += len(mark)
	}
}

// fileBatch sorts a batch's lines by host. It is kept for its memory.
type fileBatch struct {
	index map[string]int // by the host's binary form
	hosts []*hostLines
}

// keepMax is what a host's buffer may hold on to, bytes, for the next batch.
const keepMax = 64 << 10

// split returns the hosts of a batch, in the order of their first lines. They
// are valid until the next call.
func (b *fileBatch) split(blocks []byte) []*hostLines {
	if b.index == nil {
		b.index = make(map[string]int)
	}
	clear(b.index)
	used := 0
	for len(blocks) > 0 {
		c, n := nextBlock(blocks)
		blocks = blocks[n:]
		end := 2 + int(binary.LittleEndian.Uint16(c))
		i, ok := b.index[string(c[2:end])]
		if !ok {
			i = used
			used++
			b.index[string(c[2:end])] = i
			b.begin(i, c[2:end])
		}
		h := b.hosts[i]
		h.text = append(h.text, c[end:]...)
		h.ends = append(h.ends, len(h.text))
	}
	return b.hosts[:used]
}

func (b *fileBatch) begin(i int, host []byte) {
	if i == len(b.hosts) {
		b.hosts = append(b.hosts, new(hostLines))
	}
	h := b.hosts[i]
	if cap(h.text) > keepMax || i >= 1024 {
		*h = hostLines{}
	}
	h.text, h.ends = h.text[:0], h.ends[:0]
	if err := h.host.UnmarshalBinary(host); err != nil {
		h.host = netip.AddrPort{}
	}
}

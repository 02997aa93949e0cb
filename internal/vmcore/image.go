package vmcore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// An image is a kernel's memory by virtual address.
type image struct {
	file     io.ReaderAt
	order    binary.ByteOrder
	segments []segment
	notes    []byte
	failed   error // the first read that did
}

type segment struct{ at, offset, size uint64 } // address; place in the file

const (
	headerLen  = 64
	programLen = 56
	maxNotes   = 16 << 20 // each processor has one
)

var errNotELF = errors.New("not a 64-bit ELF file")

// open reads the file's headers and notes.
func open(r io.ReaderAt) (*image, error) {
	var h [headerLen]byte
	if _, err := r.ReadAt(h[:], 0); err != nil {
		return nil, fmt.Errorf("read its header: %w", err)
	}
	if string(h[:5]) != "\x7fELF\x02" || h[5] != 1 && h[5] != 2 {
		return nil, errNotELF
	}
	m := &image{file: r, order: binary.LittleEndian}
	if h[5] == 2 {
		m.order = binary.BigEndian
	}
	at, size, n := m.order.Uint64(h[32:]), uint64(m.order.Uint16(h[54:])), uint64(m.order.Uint16(h[56:]))
	if size < programLen {
		return nil, errNotELF
	}
	for i := range n {
		var p [programLen]byte
		if _, err := r.ReadAt(p[:], int64(at+i*size)); err != nil {
			return nil, fmt.Errorf("read its program headers: %w", err)
		}
		const load, note = 1, 4
		s := segment{m.order.Uint64(p[16:]), m.order.Uint64(p[8:]), m.order.Uint64(p[32:])}
		switch m.order.Uint32(p[:]) {
		case load:
			m.segments = append(m.segments, s)
		case note:
			if s.size > maxNotes-uint64(len(m.notes)) {
				return nil, fmt.Errorf("its notes have more than %d bytes", maxNotes)
			}
			b := make([]byte, s.size)
			if _, err := r.ReadAt(b, int64(s.offset)); err != nil {
				return nil, fmt.Errorf("read its notes: %w", err)
			}
			m.notes = append(m.notes, b...)
		}
	}
	return m, nil
}

// note returns the contents of a note.
func (m *image) note(name string) ([]byte, bool) {
	const header = 12
	for b := m.notes; len(b) >= header; {
		nameLen, descLen := uint64(m.order.Uint32(b)), uint64(m.order.Uint32(b[4:]))
		desc := header + (nameLen+3)&^3
		end := desc + (descLen+3)&^3
		if end > uint64(len(b)) {
			break
		}
		if string(b[header:header+nameLen]) == name+"\x00" {
			return b[desc : desc+descLen], true
		}
		b = b[end:]
	}
	return nil, false
}

// read fills b from an address.
func (m *image) read(b []byte, at uint64) {
	if m.failed != nil {
		return
	}
	for _, s := range m.segments {
		if off := at - s.at; at >= s.at && off < s.size && uint64(len(b)) <= s.size-off {
			if _, err := m.file.ReadAt(b, int64(s.offset+off)); err != nil {
				m.failed = fmt.Errorf("read %d bytes at %#x: %w", len(b), at, err)
			}
			return
		}
	}
	m.failed = fmt.Errorf("%d bytes at %#x are not in it", len(b), at)
}

// long reads a long, which a pointer is too.
func (m *image) long(at uint64) uint64 {
	var b [8]byte
	m.read(b[:], at)
	return m.order.Uint64(b[:])
}

// int reads an unsigned int.
func (m *image) int(at uint64) uint32 {
	var b [4]byte
	m.read(b[:], at)
	return m.order.Uint32(b[:])
}

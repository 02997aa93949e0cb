package pcap

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// A Packet is one packet of a capture file.
type Packet struct {
	Time     time.Time // UTC, as fine as the file has it; the zero time where the file has none (pcapng simple packets)
	Data     []byte    // what was captured, at most MaxFrame bytes; the caller's to keep
	Length   int       // bytes on the wire, more than len(Data) where the capture cut the packet
	LinkType uint16    // LINKTYPE_ value: what Data starts with
}

// decoder reads one of the two formats from its first byte on.
type decoder interface {
	next() (Packet, error) // io.EOF only between packets, io.ErrUnexpectedEOF inside one
	offset() int64         // bytes of input up to the end of the last whole packet or block
	first() (link uint16, snap uint32)
}

// A Reader reads the packets of a capture file in order. It is not safe for concurrent use.
type Reader struct {
	name    string
	dec     decoder
	file    *os.File // nil if not ours to close
	packets int
	err     error
}

// Open opens the capture file path: pcap with microseconds or nanoseconds in either byte order, or pcapng, and any of
// them in gzip, told apart by content.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open capture file %s: %w", path, cause(err))
	}
	r, err := NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("open capture file %s: %w", path, err)
	}
	r.name, r.file = path, f
	return r, nil
}

// NewReader reads a capture from r, as [Open] does from a file. It returns once it has the file's header.
func NewReader(r io.Reader) (*Reader, error) {
	br := bufio.NewReader(r)
	head, err := br.Peek(4)
	if isGzip(head) {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, fmt.Errorf("read gzip header: %w", inside(err))
		}
		br = bufio.NewReader(z)
		head, err = br.Peek(4)
		if err != nil {
			return nil, fmt.Errorf("read capture header: %w", inside(err))
		}
	} else if len(head) == 0 && err == io.EOF {
		return nil, fmt.Errorf("not a capture file: it is empty: %w", io.ErrUnexpectedEOF)
	} else if err != nil {
		return nil, fmt.Errorf("read capture header: %w", inside(err))
	}
	var dec decoder
	if isNg(head) {
		dec, err = newNg(br)
	} else if f, ok := isClassic(head); ok {
		dec, err = newClassic(br, f)
	} else {
		return nil, fmt.Errorf("not a capture file: it starts with % x, which is neither pcap nor pcapng", head)
	}
	if err != nil {
		return nil, fmt.Errorf("read capture header: %w", inside(err))
	}
	return &Reader{name: "capture", dec: dec}, nil
}

// LinkType returns the link type of the file, which for pcapng is that of the first interface seen so far, 0 before.
// Where interfaces differ, [Packet.LinkType] tells.
func (r *Reader) LinkType() uint16 {
	link, _ := r.dec.first()
	return link
}

// Next returns the next packet, and io.EOF after the last. Where the file ends inside a packet the error wraps
// [io.ErrUnexpectedEOF]; like every other it names the packet, counted from 1, and the byte of the (uncompressed) file
// at which the unread rest starts. After an error Next returns it again: the packets behind it cannot be found.
func (r *Reader) Next() (Packet, error) {
	if r.err != nil {
		return Packet{}, r.err
	}
	p, err := r.dec.next()
	switch {
	case err == nil:
		r.packets++
		return p, nil
	case err == io.EOF:
		r.err = io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		r.err = fmt.Errorf("read %s: packet %d at byte %d: the file ends inside it: %w", r.name, r.packets+1, r.dec.offset(), err)
	default:
		r.err = fmt.Errorf("read %s: packet %d at byte %d: %w", r.name, r.packets+1, r.dec.offset(), err)
	}
	return Packet{}, r.err
}

// Close closes the file that [Open] opened. What was given to [NewReader] stays open.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// inside turns the end of input into the error for an end where there should be none.
func inside(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

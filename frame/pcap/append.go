package pcap

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/google/gopacket"
	"github.com/google/gopacket/pcapgo"
)

type ngEncoder struct{ *pcapgo.NgWriter }

func (e ngEncoder) encode(ci gopacket.CaptureInfo, data []byte) error {
	if err := e.WritePacket(ci, data); err != nil {
		return err
	}
	return e.Flush()
}

// resume continues the capture in w.file, which is size bytes long.
func (w *Writer) resume(size int64) error {
	br := bufio.NewReader(w.file)
	head, _ := br.Peek(4)
	if isGzip(head) {
		return errors.New("cannot append to a gzip file (gunzip it, or write to another file)")
	}
	r, err := NewReader(br)
	if err != nil {
		return fmt.Errorf("cannot append: %w (--force overwrites the file)", err)
	}
	for err == nil {
		var p Packet
		if p, err = r.Next(); err == nil && p.LinkType != LinkTypeEthernet {
			return fmt.Errorf("cannot append Ethernet frames: packet %d has link type %d (write to another file)", r.packets, p.LinkType)
		}
	}
	if err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("cannot append: %w (--force overwrites the file)", err)
	}
	if err := w.adopt(r.dec); err != nil {
		return err
	}
	w.packets, w.end, w.trimmed = r.packets, r.dec.offset(), size-r.dec.offset()
	if err := w.cut(); err != nil {
		return err
	}
	if _, ok := r.dec.(*ng); ok {
		return w.beginNg()
	}
	return nil
}

// adopt takes over what the existing file has settled: it must be as a Writer would have made it, or tools that read
// one kind of packet from a file stumble over the second half.
func (w *Writer) adopt(d decoder) error {
	link, snap := d.first()
	if link != LinkTypeEthernet {
		return fmt.Errorf("cannot append Ethernet frames: the file has link type %d (write to another file)", link)
	}
	w.snap = usableSnap(snap)
	var order binary.ByteOrder
	switch d := d.(type) {
	case *classic:
		order = d.f.order
		enc := pcapgo.NewWriter(&w.buf)
		if d.f.nanos {
			enc = pcapgo.NewWriterNanos(&w.buf)
		}
		w.encode = enc.WritePacket
	case *ng:
		order = d.g.order
	}
	if order != binary.LittleEndian {
		return errors.New("cannot append: the file is big-endian (convert it with editcap, or write to another file)")
	}
	return nil
}

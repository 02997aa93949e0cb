package kmsg

import (
	"time"
	"unsafe"
)

// entry is a record, or what has come of one, that waits for its turn.
type entry struct {
	assembly // buf begins with release and header, the semicolon included

	prev, next *entry
	priority   uint32
	flag       byte
	mark       bool // of the sender's loss
	replayed   bool
	cut        bool // nothing more of it will come: the receiver's buffer cut it
	conflicted bool // an overlap has been announced
	known      bool // msgid is valid
	msgid      uint32
	seq, usec  uint64
	release    int   // bytes of release in buf
	header     int   // bytes of release and header, semicolon included
	fields     int   // bytes of fields at the header's end
	total      int   // bytes of body, -1 if that is unknown
	datagrams  int   // that brought something
	due        int64 // when to wait no longer
	seen       int64 // when it was completed, or last added to
	wall       time.Time
	loss       Loss
	cost       int // bytes of memory, as accounted
}

// whole reports whether nothing more is to come.
func (e *entry) whole() bool { return e.got == e.total || e.cut }

// is reports whether d is a part of the same record as e.
func (e *entry) is(d *Datagram) bool { return e.seq == d.Seq && e.usec == d.Usec }

// begin makes e the record that d is, or is a part of.
func (e *entry) begin(d *Datagram) {
	e.priority, e.flag, e.seq, e.usec, e.replayed = d.Priority, d.Flag, d.Seq, d.Usec, d.Replayed
	e.buf = append(append(append(e.buf[:0], d.Release...), d.Header...), ';')
	e.release, e.header, e.fields = len(d.Release), len(e.buf), len(d.Fields)
	e.total = d.Total
	if d.Kind == KindExtended {
		e.total = len(d.Body)
		e.msgid, e.known = msgID(d.Body)
	}
}

// memory returns the bytes that e occupies.
func (e *entry) memory() int {
	return int(unsafe.Sizeof(*e)) + cap(e.buf) + cap(e.pieces)*int(unsafe.Sizeof(piece{}))
}

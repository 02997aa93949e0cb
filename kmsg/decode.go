package kmsg

import "bytes"

// Kind is what a datagram of a netconsole target carries.
type Kind uint8

const (
	KindBasic    Kind = iota // a slice of the basic format's text, usually all of a record
	KindExtended             // a whole record of the extended format
	KindFragment             // a part of a record of the extended format
)

// totalMax is the length in bytes that a fragmented record may claim. Kernels
// reach 67,500 bytes: 256 userdata lines, sysdata and a record of 2048.
const totalMax = 128 << 10

// numberMax bounds sequence numbers and time stamps, so that reckoning with them
// cannot overflow. A kernel that counts a million records a second takes 146,000
// years to get there.
const numberMax = 1 << 62

// Datagram is one datagram taken apart. Its slices point into Payload.
type Datagram struct {
	Kind     Kind
	Replayed bool   // the kernel marked it as sent before: "** replaying previous printk message **"
	Dropped  uint64 // N of the kernel's line "** N printk messages dropped **" in front

	// The header of an extended record or fragment.
	Release  []byte // of the sender's kernel, without the comma; nil without the prefix
	Priority uint32 // facility<<3 | level
	Seq      uint64
	Usec     uint64 // µs of the sender's monotonic clock
	Flag     byte   // '-', 'c' or '+'
	Fields   []byte // header fields after the flag as they came, ncfrag excepted
	Header   []byte // what /dev/kmsg has before the semicolon: no release, no ncfrag

	// Body is the text of a basic datagram, else what stands after the
	// semicolon: for a fragment the bytes from Offset on of Total.
	Body          []byte
	Offset, Total int

	// Problem says why the datagram cannot be what its kind says, in words for a
	// reader; empty when all is well. What could be read is filled in.
	Problem string

	Payload []byte
	at      int // index of Header in Payload
}

// Decode takes a datagram's payload apart. It never fails: what has no valid
// extended header is basic text, as the kernel's basic format is text without
// any frame. The header is [release,]prio,seq,usec,flag[,key=value…] and a
// semicolon. A first field that is not all digits is the release; the rest must
// be a valid header behind it (drivers/net/netconsole.c, corpus cases
// ext-release and len-semicolon).
func Decode(payload []byte) Datagram {
	var d Datagram
	d.decode(payload)
	return d
}

func (d *Datagram) decode(payload []byte) {
	*d = Datagram{Payload: payload}
	b := d.cutMarks(payload)
	d.Body = b
	if len(payload) == 0 {
		d.Problem = "empty datagram"
		return
	}
	release := 0
	if !headerAhead(b) {
		release = releaseLen(b)
		if release == 0 || !headerAhead(b[release+1:]) {
			return
		}
		release++
	}
	var r Record
	i, err := r.header(b[release:])
	if err != nil {
		return
	}
	if release > 0 {
		d.Release = b[:release-1]
	}
	d.Kind = KindExtended
	d.Priority, d.Seq, d.Usec, d.Flag, d.Fields = r.Priority, r.Seq, r.Usec, r.Flag, r.Fields
	d.Header, d.Body = b[release:release+i-1], b[release+i:]
	d.at = len(payload) - len(b) + release
	if d.Seq > numberMax || d.Usec > numberMax {
		d.Problem = "sequence number or time stamp out of range"
	}
	d.cutFragment()
	// Linux 6.12 to 6.18 end a record of exactly 1000 bytes with a NUL where
	// its newline belongs (corpus case len-ext-release).
	if n := len(d.Body); d.Kind == KindExtended && n > 0 && d.Body[n-1] == 0 {
		d.Body = d.Body[:n-1]
	}
}

var (
	replayLine  = []byte("** replaying previous printk message **\n")
	droppedHead = []byte("** ")
	droppedTail = []byte(" printk messages dropped **\n")
)

// cutMarks cuts off the lines that the kernel puts in front of a record
// (console_prepend_replay and console_prepend_dropped in
// kernel/printk/printk.c).
func (d *Datagram) cutMarks(b []byte) []byte {
	for bytes.HasPrefix(b, droppedHead) {
		if rest, ok := bytes.CutPrefix(b, replayLine); ok && !d.Replayed {
			d.Replayed, b = true, rest
			continue
		}
		digits := b[len(droppedHead):]
		n := bytes.IndexByte(digits[:min(len(digits), 13)], ' ')
		if n < 0 || d.Dropped > 0 || !bytes.HasPrefix(digits[n:], droppedTail) {
			break
		}
		v, ok := decimal(digits[:n])
		if !ok || v == 0 {
			break
		}
		d.Dropped, b = v, digits[n+len(droppedTail):]
	}
	return b
}

// headerAhead reports whether b begins like prio,seq,usec,flag. Nearly all
// basic text is told apart here, without the cost of an error.
func headerAhead(b []byte) bool {
	i := 0
	for range 3 {
		start := i
		for i < len(b) && '0' <= b[i] && b[i] <= '9' {
			i++
		}
		if i == start || i == len(b) || b[i] != ',' {
			return false
		}
		i++
	}
	return i+1 < len(b) && (b[i] == '-' || b[i] == 'c' || b[i] == '+') && (b[i+1] == ',' || b[i+1] == ';')
}

// releaseLen returns the length of the kernel release in front of b's first
// comma, 0 if there is none: 1 to 64 bytes, not all digits, without blanks and
// semicolons.
func releaseLen(b []byte) int {
	digits := true
	for i, c := range b[:min(len(b), releaseMax+1)] {
		switch {
		case c == ',':
			if digits {
				return 0
			}
			return i
		case c <= ' ' || c == 0x7f || c == ';':
			return 0
		case c < '0' || c > '9':
			digits = false
		}
	}
	return 0
}

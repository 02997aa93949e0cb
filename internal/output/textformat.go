package output

import (
	"time"

	"netkmsg/kmsg"
)

// TextFormat puts records and notices in lines for people. A record's first line
// begins with the time of receipt; all others begin with blanks, whatever is in
// the record, so that no sender can forge another's line. It is not safe for
// concurrent use.
type TextFormat struct {
	o     TextOptions
	width func() int
	peers peers
	stamp stamper
	now   time.Time // of the last entry

	host, clock int // widths of columns: the widest so far
	raw, row    []byte
}

// NewTextFormat makes a TextFormat that has seen no host yet.
func NewTextFormat(o TextOptions) *TextFormat {
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Width == nil {
		o.Width = func() int { return 0 }
	}
	f := &TextFormat{o: o, width: o.Width, stamp: stamper{zone: o.Zone}, clock: 5}
	f.peers = newPeers(o.Names, func(h *peer) []byte { return h.appendLabel(nil) })
	return f
}

// AppendMessage appends the lines of a record.
func (f *TextFormat) AppendMessage(dst []byte, m *kmsg.Message) []byte {
	l := f.begin(dst, f.peers.get(m.Host, m.Time), m.Time)
	level := m.Level()
	switch {
	case m.Malformed != "":
		l.pad(yellow, "?", 6)
	case m.Basic && !m.HasPriority:
		l.pad(noStyle, "", 6)
	case level == 4:
		l.pad(yellow, "warn", 6)
	default:
		l.pad(severityStyles[level], severities[level], 6)
	}
	l.b = append(l.b, ' ')
	l.col++
	f.uptime(&l, m)
	indent := f.place(&l)
	if m.Malformed != "" {
		f.raw = append(f.raw[:0], m.Raw...)
		level = 4
	} else {
		f.raw = m.AppendText(f.raw[:0])
	}
	f.marks(&l, m)
	text := noStyle
	if level <= 2 {
		text = bold
	} else if level == 7 {
		text = dim
	}
	f.paragraph(&l, f.raw, indent, text)
	if f.o.Verbose {
		f.details(&l, m, indent)
	}
	return l.b
}

// AppendNotice appends the line of a notice.
func (f *TextFormat) AppendNotice(dst []byte, n *kmsg.Notice) []byte {
	f.raw = n.AppendText(f.raw[:0])
	l := f.begin(dst, f.peers.get(n.Host, n.Time), n.Time)
	if n.Kind == kmsg.NoticeRetired {
		f.peers.forget(n.Host)
	}
	f.paragraph(&l, f.raw, f.place(&l), yellow)
	return l.b
}

// appendLost is the line for entries that this output lost.
func (f *TextFormat) appendLost(dst []byte, n uint64) []byte {
	at := f.now
	f.raw = append(appendLostText(append(f.raw[:0], "-- "...), n), " --"...)
	l := f.begin(dst, f.peers.get(noHost, at), at)
	f.paragraph(&l, f.raw, f.place(&l), redBold)
	return l.b
}

// begin writes what all lines begin with: time and host.
func (f *TextFormat) begin(dst []byte, h *peer, at time.Time) textLine {
	l := textLine{b: dst, colour: f.o.Colour}
	f.now = at
	if f.stamp.set(at) && !f.o.Date {
		l.on(dim)
		l.b = append(append(append(l.b, "-- "...), f.stamp.day...), " --"...)
		l.off(dim)
		l.b = append(l.b, '\n')
	}
	l.on(dim)
	start := len(l.b)
	l.b = f.stamp.append(l.b, at, f.o.Date)
	l.col = len(l.b) - start
	l.off(dim)
	l.b = append(l.b, ' ')
	l.col++
	f.host = max(f.host, min(columns(h.show), f.hostLimit()))
	l.pad(h.style, string(h.show), min(f.host, f.hostLimit()))
	l.b = append(l.b, ' ')
	l.col++
	return l
}

// hostLimit is how wide the column of hosts may grow. A longer name is not
// cut; it moves the rest of its line.
func (f *TextFormat) hostLimit() int {
	if w := f.width(); w > 0 {
		return min(max(w/5, 12), 40)
	}
	return 40
}

// uptime writes the sender's time stamp as dmesg does, blanks if it is not
// known.
func (f *TextFormat) uptime(l *textLine, m *kmsg.Message) {
	start := len(l.b)
	if m.Malformed != "" || m.Basic && !m.HasTime {
		l.b = appendBlanks(l.b, f.clock+10)
	} else {
		l.on(dim)
		start = len(l.b)
		l.b = appendDigits(append(l.b, '['), m.Usec/1e6, f.clock, ' ')
		f.clock = max(f.clock, len(l.b)-start-1)
		l.b = append(appendDigits(append(l.b, '.'), m.Usec%1e6, 6, '0'), ']')
		l.col += len(l.b) - start
		l.off(dim)
		start = len(l.b)
		l.b = append(l.b, ' ')
	}
	l.col += len(l.b) - start
}

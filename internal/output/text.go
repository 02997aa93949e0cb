package output

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"netkmsg/kmsg"
)

// TextOptions say how [TextFormat] writes.
type TextOptions struct {
	Colour  bool
	Verbose bool           // header fields, dictionary, userdata and sysdata below the text
	Date    bool           // the date on every line, instead of a line for every day
	Names   *Names         // nil: addresses
	Zone    *time.Location // nil: local

	// Width gives the columns of the terminal; it is asked at every flush. Lines
	// are then wrapped, so that a wrapped one cannot pose as another. Nil or 0: no
	// wrapping.
	Width func() int
}

// Text is the output for people.
type Text struct {
	q     *queue
	f     *TextFormat
	ask   func() int
	width atomic.Int64
}

// NewText writes to w; it may be as slow as it likes.
func NewText(w io.Writer, o TextOptions) *Text {
	t := &Text{f: NewTextFormat(o), ask: o.Width}
	t.f.width = func() int { return int(t.width.Load()) }
	t.resize()
	t.q = newQueue(&lines{w: w}, queueLimit, t.f.appendLost)
	return t
}

func (t *Text) resize() {
	if t.ask != nil {
		t.width.Store(int64(t.ask()))
	}
}

// Message queues the lines of a record.
func (t *Text) Message(m *kmsg.Message) {
	t.q.add(func(dst []byte) []byte { return t.f.AppendMessage(dst, m) })
}

// Notice queues the line of a notice.
func (t *Text) Notice(n *kmsg.Notice) {
	t.q.add(func(dst []byte) []byte { return t.f.AppendNotice(dst, n) })
}

// Flush begins to write.
func (t *Text) Flush() {
	t.resize()
	t.q.flush()
}

// Shed is the number of records and notices lost so far.
func (t *Text) Shed() uint64 { return t.q.shedCount() }

// Close writes what is queued, for at most limit.
func (t *Text) Close(limit time.Duration) error {
	if err := t.q.close(limit); err != nil {
		return fmt.Errorf("write text: %w", err)
	}
	return nil
}

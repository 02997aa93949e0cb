package output

import (
	"fmt"
	"io"
	"time"

	"netkmsg/kmsg"
)

// JSONOptions say how [JSONFormat] writes.
type JSONOptions struct {
	Names *Names // nil: addresses only
}

// JSON is the output for programs: one object a line, as docs/json.md has it.
type JSON struct {
	q *queue
	f *JSONFormat
}

// NewJSON writes to w; it may be as slow as it likes.
func NewJSON(w io.Writer, o JSONOptions) *JSON {
	f := NewJSONFormat(o)
	return &JSON{newQueue(&lines{w: w}, queueLimit, f.appendLost), f}
}

// Message queues the object of a record.
func (j *JSON) Message(m *kmsg.Message) {
	j.q.add(func(dst []byte) []byte { return j.f.AppendMessage(dst, m) })
}

// Notice queues the object of a notice.
func (j *JSON) Notice(n *kmsg.Notice) {
	j.q.add(func(dst []byte) []byte { return j.f.AppendNotice(dst, n) })
}

// Flush begins to write.
func (j *JSON) Flush() { j.q.flush() }

// Shed is the number of records and notices lost so far.
func (j *JSON) Shed() uint64 { return j.q.shedCount() }

// Close writes what is queued, for at most limit.
func (j *JSON) Close(limit time.Duration) error {
	if err := j.q.close(limit); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

package output

import (
	"fmt"
	"net/netip"
	"time"

	"netkmsg/frame/pcap"
	"netkmsg/kmsg"
)

// Capture is the output that keeps datagrams instead of records, as frames in
// a capture file: reading that file back gives the receiver what it got, byte
// for byte.
//
// A socket tells neither MAC addresses nor zones. Frames go from
// 02:00:00:00:00:01 to 02:00:00:00:00:02, both locally administered, and have
// no zone. Where the receiving address is unknown, unspecified (as that of a
// socket bound to all addresses is) or not of the sender's family, 192.0.2.2
// or 2001:db8::2 stands in for it; for an unknown sender, 192.0.2.1 or
// 2001:db8::1 (addresses for documentation, RFC 5737 and RFC 3849). Ports are
// kept.
type Capture struct {
	q *queue
	w *captureWriter
}

// NewCapture writes to w and closes it in the end. Report, which may be nil
// and must not wait, is told in one line when the file begins to fail, when it
// works again, and how many datagrams were shed.
func NewCapture(w *pcap.Writer, report func(line string)) *Capture {
	if report == nil {
		report = func(string) {}
	}
	c := &captureWriter{file: w, report: report}
	return &Capture{w: c, q: newQueue(c, queueLimit, announceUncaptured)}
}

// Datagram queues a datagram as it was received at a time between 1970 and
// 2106. It keeps nothing of the payload.
func (c *Capture) Datagram(at time.Time, from, to netip.AddrPort, payload []byte) {
	c.q.add(func(dst []byte) []byte {
		return appendBlock(dst, func(dst []byte) []byte { return appendCaptured(dst, at, from, to, payload) })
	})
}

// Message does nothing: the datagrams say it all.
func (c *Capture) Message(*kmsg.Message) {}

// Notice does nothing.
func (c *Capture) Notice(*kmsg.Notice) {}

// Flush begins to write what is queued.
func (c *Capture) Flush() { c.q.flush() }

// Shed counts the datagrams that found no room in the queue and those that
// could not be written.
func (c *Capture) Shed() uint64 { return c.q.shedCount() + c.w.lost.Load() }

// Close writes what is queued, for at most limit, and closes the file.
func (c *Capture) Close(limit time.Duration) error {
	if err := c.q.close(limit); err != nil {
		return fmt.Errorf("write capture file: %w", err)
	}
	return c.w.file.Close()
}

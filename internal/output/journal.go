package output

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"netkmsg/kmsg"
)

const journalSocket = "/run/systemd/journal/socket"

// JournalOptions say how [Journal] writes. The zero value is good.
type JournalOptions struct {
	Socket string // of journald; "" stands for /run/systemd/journal/socket

	// Name gives a host's name, "" if it has none. It must not wait.
	Name func(netip.AddrPort) string

	// Report is told, in one line, when the journal fails and when it works
	// again. It must not wait.
	Report func(line string)

	limit int // of the queue
	pace  linkPace
}

// Journal is the output that hands records to systemd-journald in its native
// protocol (systemd's JOURNAL_NATIVE_PROTOCOL.md), with these fields:
//
//	MESSAGE               the text, escapes undone, holes marked
//	PRIORITY              0 to 7
//	SYSLOG_FACILITY       the number
//	SYSLOG_IDENTIFIER     kernel; netkmsg for notices
//	NETKMSG_HOST          the sender's address, with its zone
//	NETKMSG_PORT          its source port
//	NETKMSG_NAME          its name, if it has one
//	NETKMSG_TIME          time of receipt, RFC 3339 with nanoseconds
//	NETKMSG_SEQ, _USEC, _FLAG, _CALLER, _RELEASE
//	NETKMSG_LOST, _JOINED, _LATE, _REPLAYED, _HOLES, _MALFORMED
//	KERNEL_SUBSYSTEM, KERNEL_DEVICE
//	NETKMSG_USERDATA_KEY  the key in capitals; if that cannot be a field's
//	                      name, NETKMSG_USERDATA has key=value
//	NETKMSG_SYSDATA_KEY   likewise
//	NETKMSG_NOTICE        a notice's kind, with _FIRST, _LAST, _COUNT
//
// Journald adds its own, those with an underscore in front.
type Journal struct {
	q    *queue
	link *link
	form journalForm
}

// NewJournal does not wait for journald, which may start later.
func NewJournal(o JournalOptions) *Journal {
	if o.Socket == "" {
		o.Socket = journalSocket
	}
	if o.Name == nil {
		o.Name = func(netip.AddrPort) string { return "" }
	}
	if o.limit == 0 {
		o.limit = queueLimit
	}
	j := &Journal{form: journalForm{name: o.Name}}
	dial := func(ctx context.Context) (linkConn, error) {
		return new(net.Dialer).DialContext(ctx, "unixgram", o.Socket)
	}
	j.link = newLink("journal", dial, sendJournal, o.Report, o.pace)
	j.q = newQueue(j.link, o.limit, func(dst []byte, n uint64) []byte {
		return appendBlock(dst, func(dst []byte) []byte { return j.form.appendShed(dst, n) })
	})
	return j
}

// Message queues a record.
func (j *Journal) Message(m *kmsg.Message) {
	j.q.add(func(dst []byte) []byte {
		return appendBlock(dst, func(dst []byte) []byte { return j.form.appendMessage(dst, m) })
	})
}

// Notice queues a notice.
func (j *Journal) Notice(n *kmsg.Notice) {
	j.q.add(func(dst []byte) []byte {
		return appendBlock(dst, func(dst []byte) []byte { return j.form.appendNotice(dst, n) })
	})
}

// Flush begins to hand over what is queued.
func (j *Journal) Flush() { j.q.flush() }

// Shed counts what found no room in the queue and what journald did not take.
func (j *Journal) Shed() uint64 { return j.q.shedCount() + j.link.lost.Load() }

// Close hands over what is queued, for at most limit.
func (j *Journal) Close(limit time.Duration) error { return closeLinked(j.q, j.link, limit) }

// sendJournal sends every block as a datagram, or in a file where it is too
// long for one.
func sendJournal(c linkConn, blocks []byte) (done, given int, err error) {
	for done < len(blocks) {
		b, n := nextBlock(blocks[done:])
		_, err := c.Write(b)
		if errors.Is(err, syscall.EMSGSIZE) || errors.Is(err, syscall.ENOBUFS) {
			if err = sendSealed(c.(*net.UnixConn), b); err != nil && !gone(err) {
				return done + n, 1, fmt.Errorf("entry of %d bytes: %w", len(b), err)
			}
		}
		if err != nil {
			return done, 0, err
		}
		done += n
	}
	return done, 0, nil
}

// gone reports that it is the socket, not the entry, that is the matter.
func gone(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENOTCONN) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, net.ErrClosed)
}

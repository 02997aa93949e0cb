package output

import (
	"fmt"
	"net/netip"
	"time"

	"netkmsg/kmsg"
)

// SyslogOptions say where [Syslog] sends records and how it writes them.
type SyslogOptions struct {
	// Address is [udp://|tcp://|tls://]HOST[:PORT]. Without a scheme it is UDP;
	// the ports are then 514 (RFC 5426), 601 (RFC 3195, what TCP uses) and 6514
	// (RFC 5425).
	Address string

	// Enterprise is the private enterprise number behind the at sign of the
	// names of structured data, 0 stands for 32473, which IANA keeps for
	// documentation (RFC 5612). Whoever has a number of his own sets it.
	Enterprise uint32

	// MaxSize bounds a message, bytes. 0 stands for 2048 over UDP and 8192
	// otherwise, which receivers should take (RFC 5426 section 3.2, RFC 5425
	// section 4.3.1); 1024 is the least. A longer message loses
	// the structured data of dictionary, userdata and sysdata first and then the
	// end of its text, and says so where that was.
	MaxSize int

	// CAFile has the certificates to trust, in PEM, in place of the system's.
	// CertFile and KeyFile, in PEM, are shown to a server that asks.
	CAFile, CertFile, KeyFile string

	// Name gives a host's name, "" if it has none. It must not wait.
	Name func(netip.AddrPort) string

	// Report is told, in one line, when the connection fails and when it is
	// there again. It must not wait.
	Report func(line string)

	limit int // of the queue
	pace  linkPace
}

// Syslog is the output that sends records to a syslog server (RFC 5424) over
// UDP (RFC 5426), over TCP with octet counting (RFC 6587 section 3.4.1), or over
// TLS (RFC 5425). A connection that fails is made again, with pauses that grow
// to 30 seconds; what is queued waits for it. What the system had taken for the
// failed one may be lost: plain syslog has no acknowledgements.
type Syslog struct {
	q    *queue
	link *link
	form syslogForm
}

// NewSyslog fails if the options are wrong. It does not wait for the server.
func NewSyslog(o SyslogOptions) (*Syslog, error) {
	a, err := parseSyslogAddress(o.Address)
	if err != nil {
		return nil, err
	}
	if o.MaxSize == 0 {
		o.MaxSize = a.maxSize()
	}
	if o.MaxSize < syslogLeast {
		return nil, fmt.Errorf("syslog %s: messages of at most %d bytes: give at least %d, which servers take", o.Address, o.MaxSize, syslogLeast)
	}
	if o.Enterprise == 0 {
		o.Enterprise = 32473
	}
	if o.Name == nil {
		o.Name = func(netip.AddrPort) string { return "" }
	}
	if o.limit == 0 {
		o.limit = queueLimit
	}
	d := syslogDialer{address: a}
	if err := d.setTLS(o); err != nil {
		return nil, fmt.Errorf("syslog %s: %w", o.Address, err)
	}
	s := &Syslog{form: newSyslogForm(o)}
	send := sendStream
	if a.network == "udp" {
		send = sendDatagrams
	}
	s.link = newLink("syslog "+a.String(), d.dial, send, o.Report, o.pace)
	s.q = newQueue(s.link, o.limit, func(dst []byte, n uint64) []byte {
		return appendBlock(dst, func(dst []byte) []byte { return s.form.appendShed(dst, time.Now(), n) })
	})
	return s, nil
}

// Message queues a record.
func (s *Syslog) Message(m *kmsg.Message) {
	s.q.add(func(dst []byte) []byte {
		return appendBlock(dst, func(dst []byte) []byte { return s.form.appendMessage(dst, m) })
	})
}

// Notice queues a notice. It comes from the host that it concerns, as program
// netkmsg and with its kind for a MSGID.
func (s *Syslog) Notice(n *kmsg.Notice) {
	s.q.add(func(dst []byte) []byte {
		return appendBlock(dst, func(dst []byte) []byte { return s.form.appendNotice(dst, n) })
	})
}

// Flush begins to send what is queued.
func (s *Syslog) Flush() { s.q.flush() }

// Shed counts what found no room in the queue and what could not be sent.
func (s *Syslog) Shed() uint64 { return s.q.shedCount() + s.link.lost.Load() }

// Close sends what is queued, for at most limit, and closes the connection.
func (s *Syslog) Close(limit time.Duration) error { return closeLinked(s.q, s.link, limit) }

// closeLinked closes the queue in front of a link, then the link, which may be
// waiting for its server.
func closeLinked(q *queue, l *link, limit time.Duration) error {
	err := q.close(limit)
	l.cancel()
	<-q.done
	l.close()
	if err != nil {
		return fmt.Errorf("send to %s: %w", l.name, err)
	}
	return nil
}

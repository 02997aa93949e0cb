package kmsg

import (
	"iter"
	"net/netip"
	"time"
)

// Message is one record as a [Collector] delivers it. Its slices are valid
// until the callback returns.
//
// In the extended format Record is what /dev/kmsg gave the sender; Raw is the
// record byte for byte, fragments joined. In the basic format Raw is the text as
// it came, prefixes, newlines and all, and Text is the same without the last
// newline; neither is escaped there.
//
// Record.Lost counts the records missing immediately before this one: in the
// extended format the numbers of the gap that are not known to have been
// filtered, in the basic format what the kernel says it dropped.
type Message struct {
	Record
	Host      netip.AddrPort // source address with zone, and port
	Time      time.Time      // receive time of the datagram that completed the record
	Datagrams int            // how many datagrams it came in

	// Basic tells that the record came in the basic format. It has no sequence
	// number then, time and priority only if its prefix tells them; Priority
	// is else 4, which the kernel takes for messages without a level.
	Basic, HasTime, HasPriority bool

	Release     []byte // of the sender's kernel, from the prefix; nil if it has none
	UserdataRaw []byte // userdata lines as they came: " key=value\n"…
	SysdataRaw  []byte // sysdata lines as they came
	Holes       []Hole // what is missing of it, in order; nil when the record is whole
	Late        bool   // delivered after its place, behind later records
	Replayed    bool   // the kernel marked it as sent before
	Joined      int    // records of flag c that were joined to it, see CollectOptions.Join
	Malformed   string // why it was not understood; Raw is then the datagram's payload
	prefix      int    // basic: length of the prefix of the first line
	id          []byte // basic: caller, from the prefix
	body        int    // extended: index of the body in Raw
}

// Hole is a range of bytes that never came: offsets into the body, which is
// what stands after the semicolon (basic: into the text). From is the first
// missing byte, To the first that is there again, or -1 if it is not known how
// many are missing at the end. In the text and the lines the same range is
// marked in place: "[-- 966 bytes missing: 968-1933 --]".
type Hole struct{ From, To int }

// AppendText appends the text, escapes or prefixes undone, to dst. A hole
// shows as its mark.
func (m *Message) AppendText(dst []byte) []byte {
	if m.Basic {
		return appendBasicText(dst, m.Text, m.prefix)
	}
	return AppendUnescaped(dst, m.Text)
}

// Caller returns T and a thread's id or C and a processor's number; nil if the
// sender's kernel does not tell.
func (m *Message) Caller() []byte {
	if m.Basic {
		return m.id
	}
	return m.Record.Caller()
}

// Userdata yields key and value of each line that the target's configuration
// appended, raw: a value may hold newlines and any other byte.
func (m *Message) Userdata() iter.Seq2[[]byte, []byte] { return entries(m.UserdataRaw) }

// Sysdata yields key and value of the lines that the kernel appended on demand:
// cpu, taskname, release, msgid, in this order.
func (m *Message) Sysdata() iter.Seq2[[]byte, []byte] { return entries(m.SysdataRaw) }

// set fills in what rec holds: header, semicolon at body-1, body. fields is the
// length of the known and unknown fields at the header's end.
func (m *Message) set(rec []byte, body, fields int) {
	text, dict, user := splitBody(rec, body)
	m.body = body
	m.Raw = rec[:dict]
	m.Text = rec[body:text]
	m.Dict = rec[min(text+1, dict):dict]
	m.UserdataRaw = rec[dict:user]
	m.SysdataRaw = rec[user:]
	m.Fields = rec[body-1-fields : body-1]
}

// setBasic takes a basic text's prefix apart. A text that only looks like a
// prefix, from a sender with printk.time=0, cannot be told from one.
func (m *Message) setBasic(b []byte) {
	m.Basic = true
	m.Priority = defaultPriority
	m.Raw = b
	m.Text = b
	if n := len(b); n > 0 && b[n-1] == '\n' {
		m.Text = b[:n-1]
	}
	p := cutPrefix(m.Text)
	m.prefix, m.Usec, m.HasTime, m.HasPriority, m.id = p.len, p.usec, p.timed, p.ranked, p.id
	if p.ranked {
		m.Priority = p.prio
	}
}

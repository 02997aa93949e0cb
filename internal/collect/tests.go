package collect

import (
	"log/slog"
	"net/netip"

	"netkmsg/internal/pathtest"
)

// replier is a source that can send a datagram back.
type replier interface {
	reply(to netip.AddrPort, payload []byte) error
}

// tests notices the records of path tests, and answers them if it is to.
type tests struct {
	log      *slog.Logger
	answerer *pathtest.Answerer
	back     replier // nil: no answers
}

func newTests(o *Options, s source) *tests {
	t := &tests{log: o.Log, answerer: pathtest.NewAnswerer()}
	if o.Answer {
		t.back, _ = s.(replier)
	}
	return t
}

// see returns what the Collector is to have of a datagram: of a test record
// that has no number in the sender's log, its text.
func (t *tests) see(d Datagram) []byte {
	x, ok := pathtest.FindTest(d.Payload)
	if !ok {
		return d.Payload
	}
	answer, first := t.answerer.Receive(d.At, d.From.Addr(), x, d.Payload)
	if first {
		t.log.Info("a test of the path from "+d.From.String(), "records", x.Count, "answered", t.back != nil, "nonce", x.Nonce.String())
	}
	if t.back != nil && answer != nil {
		if err := t.back.reply(d.From, answer); err != nil && first {
			t.log.Warn("a test record cannot be answered", "to", d.From, "err", err)
		}
	}
	if text, ok := pathtest.Direct(d.Payload); ok {
		return text
	}
	return d.Payload
}

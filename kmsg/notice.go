package kmsg

import (
	"net/netip"
	"time"
)

// NoticeKind is what a [Notice] tells of.
type NoticeKind uint8

const (
	NoticeGap        NoticeKind = iota + 1 // numbers First to Last never came; Count of them, Lost of them for certain if Certain
	NoticeReboot                           // the host began anew: number First at Usec[0] was followed by Last at Usec[1]
	NoticePartial                          // the record that follows, number First, has Holes; its body should have Total bytes, 0 if unknown
	NoticeOverlap                          // fragments of number First contradict each other in Holes; what came first is shown
	NoticeSenderLoss                       // the sender says that it could not send Count records, among the numbers First to Last
	NoticeOverflow                         // Count datagrams did not fit the receive queue
	NoticeTruncated                        // a datagram was cut to Count bytes; it had Total, if that is known
	NoticeMalformed                        // a datagram that follows was not understood, see Why
	NoticeRetired                          // the host was forgotten to make room after Idle; Account is its final account
	NoticeSuppressed                       // Count notices were not given, to bound their number; of all hosts together if Host is zero
)

// Notice is what a [Collector] has to say beside the records: it stands where
// it belongs in their order. It is valid until the callback returns.
type Notice struct {
	Kind        NoticeKind
	Host        netip.AddrPort // zero if no single host is concerned
	Time        time.Time      // of the datagram that occasioned it, else of the last call
	First, Last uint64         // sequence numbers
	Basic       bool           // there are none: it concerns the basic format
	Count       uint64
	Lost        uint64 // gap: how many the network lost, by msgid; the sender filtered the others
	Certain     bool   // gap: Lost is known
	Usec        [2]uint64
	Holes       []Hole
	Total       int
	Why         string // bytes from the wire, not to be trusted on a terminal
	Idle        time.Duration
	Account     *Account
}

package kmsg

import "fmt"

// Account is what became of everything that one host sent, or all of them
// together. After [Collector.Flush], and for a host that was retired, these
// hold exactly:
//
//	Datagrams = Carried + Duplicate + Marks
//	Range     = Received + Missing + Filtered + Reported
//	Delivered = Received + Extra + Basic + Malformed
//
// Carried is also the sum of Message.Datagrams, and Delivered - Joined the
// number of messages. Before that, what still waits is in the left sides of
// the first equation only.
type Account struct {
	Datagrams uint64 // that came
	Bytes     uint64 // of payload in them
	Carried   uint64 // whose bytes are in a delivered record
	Duplicate uint64 // that only repeated what had come
	Marks     uint64 // that held no record: the sender's loss marks and the kernel's lines about drops

	Range    uint64 // sequence numbers from the first to the last delivered, summed over the boots
	Received uint64 // of these, delivered, at least in part
	Missing  uint64 // of these, never came: lost, or filtered by a sender without msgid
	Filtered uint64 // of these, known by msgid to have been filtered by the sender
	Reported uint64 // of these, reported lost by the sender itself

	Delivered uint64 // records, of either format
	Basic     uint64 // of these, basic
	Extra     uint64 // of these, beside the count: before the first, rest of a partial one, too late to tell from a repetition
	Malformed uint64 // of these, datagrams that were not understood
	Partial   uint64 // of these, with holes
	Late      uint64 // of these, behind later ones
	Joined    uint64 // of these, delivered as part of the message before

	Truncated  uint64 // datagrams cut by the receiver's buffer
	Overlaps   uint64 // records whose fragments contradicted each other
	Dropped    uint64 // records that the kernel reported dropped in the basic format
	Reboots    uint64
	Notices    uint64 // given
	Suppressed uint64 // not given
}

// Check tells which equation does not hold, for an account after Flush.
func (a *Account) Check() error {
	switch {
	case a.Datagrams != a.Carried+a.Duplicate+a.Marks:
		return fmt.Errorf("account: %d datagrams are not %d carried + %d duplicate + %d marks", a.Datagrams, a.Carried, a.Duplicate, a.Marks)
	case a.Range != a.Received+a.Missing+a.Filtered+a.Reported:
		return fmt.Errorf("account: a range of %d is not %d received + %d missing + %d filtered + %d reported", a.Range, a.Received, a.Missing, a.Filtered, a.Reported)
	case a.Delivered != a.Received+a.Extra+a.Basic+a.Malformed:
		return fmt.Errorf("account: %d delivered are not %d received + %d extra + %d basic + %d malformed", a.Delivered, a.Received, a.Extra, a.Basic, a.Malformed)
	}
	return nil
}

// Add adds b to a.
func (a *Account) Add(b *Account) {
	a.Datagrams += b.Datagrams
	a.Bytes += b.Bytes
	a.Carried += b.Carried
	a.Duplicate += b.Duplicate
	a.Marks += b.Marks
	a.Range += b.Range
	a.Received += b.Received
	a.Missing += b.Missing
	a.Filtered += b.Filtered
	a.Reported += b.Reported
	a.Delivered += b.Delivered
	a.Basic += b.Basic
	a.Extra += b.Extra
	a.Malformed += b.Malformed
	a.Partial += b.Partial
	a.Late += b.Late
	a.Joined += b.Joined
	a.Truncated += b.Truncated
	a.Overlaps += b.Overlaps
	a.Dropped += b.Dropped
	a.Reboots += b.Reboots
	a.Notices += b.Notices
	a.Suppressed += b.Suppressed
}

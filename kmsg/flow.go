package kmsg

import "net/netip"

// flow is what is known of one host: everything that may be sent from one
// address and port. It is a state machine; the Collector drives it.
type flow struct {
	host    netip.AddrPort
	account Account
	heard   int64 // when the last datagram came

	// The sequence. next is the number that comes after the last delivered one,
	// usec and at are its time and when it came.
	begun   bool
	settled bool
	accused bool // one of the suspects is not just a stray
	known   bool // msgid is that of the last one delivered
	msgid   uint32
	next    uint64
	usec    uint64
	at      int64
	release string
	seen    history
	mark    [2]uint64 // number and time of the last loss mark

	// What waits: records ahead of next; late records of which parts have come;
	// records that look as if the host had begun anew.
	held, late, suspects list

	slices    *entry // basic slices that wait for the rest
	basicUsec uint64 // time of the last basic record
	stash     *stash // record that waits for one to be joined to it

	entries int32 // in the lists
	place   int32 // in timers, from 1; 0 when not there
	due     int64
	waiting int // bytes of memory in all that waits

	newer, older *flow // in the lru
	restraint
	quiet, quieter *flow // neighbours in the quietQueue
}

// How a record's number and time relate to those before.
type relation int

const (
	inLine    relation = iota // the next one, or ahead
	duplicate                 // has been delivered
	late                      // belongs to a gap, or before the first
	stray                     // too far back to be known, but not by its time
	suspect                   // does not fit: the host has begun anew, unless the next record says otherwise
)

// Time stamps of one boot may disagree by clockSlack with the order of their
// numbers: processors' clocks differ. A record may come behind later ones by
// lateMax, in µs both.
const clockSlack, lateMax = 1e6, 3e6

// relate tells where a record belongs. After a reboot number and time are those
// of another life: both lower, as a rule, or the number falls where one of
// another time has been delivered, or the time falls although the number does
// not. A late or repeated record looks similar but agrees with what the history
// knows, and is behind by a short time: that which has passed since the last
// record in order, plus what it is older by. For a reboot this sum is the time
// between the two boots' beginnings.
func (f *flow) relate(d *Datagram, mark bool, now int64) relation {
	if len(d.Release) > 0 && f.release != "" && string(d.Release) != f.release {
		return suspect
	}
	if d.Seq >= f.next {
		if d.Usec+clockSlack < f.usec {
			return suspect
		}
		return inLine
	}
	if mark && f.mark == [2]uint64{d.Seq, d.Usec} {
		return duplicate
	}
	behind := (now-f.at)/1e3 + int64(f.usec) - int64(d.Usec)
	recent := -clockSlack <= behind && behind < lateMax
	if f.next-d.Seq > historyLen {
		if recent && d.Usec <= f.usec {
			return stray
		}
		return suspect
	}
	state, same := f.seen.at(d.Seq, d.Usec)
	switch {
	case mark && recent:
		return late
	case mark:
		return suspect
	case state == received && same:
		return duplicate
	case state == received:
		return suspect
	case state == partly && same:
		return late
	case state == partly || !recent:
		return suspect
	}
	return late
}

// follows reports whether d comes immediately after the last record delivered,
// by number or by msgid; with the latter the numbers between are those that the
// sender filtered.
func (f *flow) follows(seq uint64, msgid uint32, known bool) bool {
	return seq == f.next || known && f.known && msgid == f.msgid+1
}

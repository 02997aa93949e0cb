package netconsole

import "sync/atomic"

// Account counts what became of a target's records. It may be read while the
// target is sending.
type Account struct {
	read, sent, filtered, suppressed, dropped, lost atomic.Uint64
	frames, bytes                                   atomic.Uint64
}

// Counts is an Account at one moment. When nothing is in flight,
// Read = Sent + Filtered + Suppressed + Dropped + Lost.
type Counts struct {
	Read       uint64 // records that the log had for us, the lost ones among them
	Sent       uint64 // records of which every frame was accepted by the device
	Filtered   uint64 // records held back by the log level
	Suppressed uint64 // records that would have left too late
	Dropped    uint64 // records that the device refused, wholly or in part
	Lost       uint64 // records that could not be read: overwritten or malformed
	Frames     uint64 // frames accepted by the device
	Bytes      uint64 // bytes in these frames, Ethernet headers included
}

// Counts returns the present state. Read is loaded last, so that it is never
// smaller than the sum of the others.
func (a *Account) Counts() Counts {
	c := Counts{
		Sent:       a.sent.Load(),
		Filtered:   a.filtered.Load(),
		Suppressed: a.suppressed.Load(),
		Dropped:    a.dropped.Load(),
		Lost:       a.lost.Load(),
		Frames:     a.frames.Load(),
		Bytes:      a.bytes.Load(),
	}
	c.Read = a.read.Load()
	return c
}

// InFlight is the number of records that were read and have no outcome yet.
func (c Counts) InFlight() uint64 {
	return c.Read - c.Sent - c.Filtered - c.Suppressed - c.Dropped - c.Lost
}

// Complete reports whether every record was sent or filtered.
func (c Counts) Complete() bool { return c.Read == c.Sent+c.Filtered }

// Pairs returns the counts as the attributes of a log message, keys and values
// in turn.
func (c Counts) Pairs() []any {
	list := []any{"read", c.Read, "filtered", c.Filtered, "sent", c.Sent, "dropped", c.Dropped, "lost", c.Lost,
		"frames", c.Frames, "bytes", c.Bytes}
	if c.Suppressed > 0 {
		list = append(list, "suppressed", c.Suppressed)
	}
	if n := c.InFlight(); n > 0 {
		list = append(list, "in_flight", n)
	}
	return list
}

// Miss counts records that nobody was there to read.
func (a *Account) Miss(n uint64) {
	a.read.Add(n)
	a.lost.Add(n)
}

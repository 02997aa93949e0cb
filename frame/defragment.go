package frame

import (
	"container/list"
	"errors"
	"time"
)

// DefragmentLimits bound what a Defragmenter keeps. What is 0 or less has its default.
type DefragmentLimits struct {
	Timeout   time.Duration // from a datagram's first fragment to its last: 60 s (RFC 8200, section 4.5)
	Datagrams int           // incomplete at one time: 1024
	Bytes     int           // of memory for them, about: 4 MiB, as Linux has (net.ipv4.ipfrag_high_thresh)
}

// DefragmentStats is a Defragmenter's account.
//
//	Begun = Completed + Overlapping + TimedOut + Evicted + Waiting
type DefragmentStats struct {
	Fragments  uint64 // whose own headers were right
	Duplicates uint64 // of these, fragments that were there already
	Malformed  uint64 // of these, fragments without data, of broken lengths, beyond the largest datagram

	Begun       uint64 // datagrams of which a fragment came
	Completed   uint64 // put together, whatever Parse said of them then
	Overlapping uint64 // given up, as fragments overlapped or contradicted each other, or were smaller than any need be
	TimedOut    uint64 // given up, as fragments were missing for too long
	Evicted     uint64 // given up, the oldest first, to stay within the limits
	Waiting     int    // incomplete now
}

// A Defragmenter puts IP datagrams together again: IPv4 after RFC 791, section
// 3.2, IPv6 after RFC 8200, section 4.5. A datagram of which fragments overlap
// is given up together with the fragments that are still to come (RFC 5722);
// an exact copy of a fragment is ignored.
//
// It has no clock: time is what the fragments were received at, and may be a
// capture's. It keeps copies, never the bytes that it is given. It is not safe
// for concurrent use.
type Defragmenter struct {
	limits DefragmentLimits
	known  map[fragmentKey]*datagram
	queue  list.List // of the same, by first fragment
	bytes  int
	stats  DefragmentStats
}

// NewDefragmenter returns a Defragmenter with nothing in it.
func NewDefragmenter(l DefragmentLimits) *Defragmenter {
	if l.Timeout <= 0 {
		l.Timeout = 60 * time.Second
	}
	if l.Datagrams <= 0 {
		l.Datagrams = 1024
	}
	if l.Bytes <= 0 {
		l.Bytes = 4 << 20
	}
	return &Defragmenter{limits: l, known: map[fragmentKey]*datagram{}}
}

// Parse is [ParseLink] for frames some of which are fragments, received in
// this order. The frame of a whole datagram it returns at once; that of a
// fragmented one when the last missing piece comes, with the headers of the
// piece that begins it and in memory of its own. For a fragment that completes
// nothing the error wraps [ErrFragment]. One that can be part of no datagram
// is another *[ParseError].
func (d *Defragmenter) Parse(l LinkType, b []byte, at time.Time) (Frame, error) {
	return d.parse(l, b, at, true)
}

// ParseUnverified is Parse for a frame with checksums that may be unfinished.
// Those of a datagram are verified unless one of its fragments came this way.
func (d *Defragmenter) ParseUnverified(l LinkType, b []byte, at time.Time) (Frame, error) {
	return d.parse(l, b, at, false)
}

func (d *Defragmenter) parse(l LinkType, b []byte, at time.Time, verify bool) (Frame, error) {
	d.Expire(at)
	var f Frame
	err := f.parse(l, b, verify)
	if err == nil {
		return f, nil
	}
	if !errors.Is(err, ErrFragment) {
		return Frame{}, err
	}
	d.stats.Fragments++
	p, bad := f.piece()
	if bad != nil {
		d.stats.Malformed++
		return Frame{}, bad
	}
	w := d.datagram(p.key, at)
	w.verify = w.verify && verify
	whole := d.add(w, &f, p)
	if whole == nil {
		return Frame{}, err
	}
	f = Frame{}
	if err := f.parse(w.link, whole, w.verify); err != nil {
		return Frame{}, err
	}
	return f, nil
}

// add returns the frame if the piece completes it.
func (d *Defragmenter) add(w *datagram, f *Frame, p piece) []byte {
	if w.dead {
		return nil
	}
	v, grown := w.take(f, p)
	switch v {
	case duplicate:
		d.stats.Duplicates++
		return nil
	case contradiction:
		d.giveUp(w)
		return nil
	}
	d.bytes += grown
	if w.whole() {
		whole := w.join()
		if whole == nil {
			d.giveUp(w)
			return nil
		}
		d.remove(w, &d.stats.Completed)
		return whole
	}
	for d.bytes > d.limits.Bytes {
		d.remove(d.oldest(), &d.stats.Evicted)
	}
	return nil
}

// datagram returns the one with this key, a new one if need be.
func (d *Defragmenter) datagram(key fragmentKey, at time.Time) *datagram {
	w := d.known[key]
	if w != nil && at.Sub(w.first) >= d.limits.Timeout {
		d.remove(w, &d.stats.TimedOut) // Expire missed it: time goes back now and then
		w = nil
	}
	if w != nil {
		return w
	}
	for len(d.known) >= d.limits.Datagrams {
		d.remove(d.oldest(), &d.stats.Evicted)
	}
	w = &datagram{key: key, first: at, verify: true}
	w.queued = d.queue.PushBack(w)
	d.known[key] = w
	d.bytes += datagramCost
	d.stats.Begun++
	d.stats.Waiting++
	return w
}

// Expire gives up the datagrams whose time is over. Parse does so too, so that
// it is needed only where nothing comes any more.
func (d *Defragmenter) Expire(at time.Time) {
	for w := d.oldest(); w != nil && at.Sub(w.first) >= d.limits.Timeout; w = d.oldest() {
		d.remove(w, &d.stats.TimedOut)
	}
}

// Stats returns the account so far.
func (d *Defragmenter) Stats() DefragmentStats { return d.stats }

func (d *Defragmenter) oldest() *datagram {
	if e := d.queue.Front(); e != nil {
		return e.Value.(*datagram)
	}
	return nil
}

// remove forgets a datagram and counts it, unless giveUp has done so.
func (d *Defragmenter) remove(w *datagram, fate *uint64) {
	d.bytes -= w.cost()
	d.queue.Remove(w.queued)
	delete(d.known, w.key)
	if !w.dead {
		*fate++
		d.stats.Waiting--
	}
}

// giveUp drops what a datagram has, but not the memory of it: fragments that
// come later must not begin another.
func (d *Defragmenter) giveUp(w *datagram) {
	d.bytes -= w.cost() - datagramCost
	*w = datagram{key: w.key, first: w.first, queued: w.queued, dead: true}
	d.stats.Overlapping++
	d.stats.Waiting--
}

package targets

import (
	"io"

	"netkmsg/kmsg"
)

// A place is where a target is in the backlog. It is a kmsg.Source for one goroutine.
type place struct {
	log     *backlog
	at      uint64
	lost    uint64 // what the source lost before at is known to have been, since the beginning
	missing uint64 // lost and not yet told with a record
	bound   bool
	until   uint64 // the end, if bound
}

// place returns one that begins with the record after a mark.
func (b *backlog) place(m mark) *place {
	return &place{log: b, at: m.at, lost: m.lost}
}

// finish lets the place end at a mark.
func (p *place) finish(m mark) {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	if !p.bound || m.at < p.until {
		p.bound, p.until = true, m.at
	}
	p.log.more.Broadcast()
}

// giveUp ends the place at once. What it has not read is told as lost.
func (p *place) giveUp() {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	until := p.log.end()
	if p.bound {
		until = min(until, p.until)
	}
	if until > p.at {
		p.missing += until - p.at
		p.at = until
	}
	p.bound, p.until = true, p.at
	p.log.more.Broadcast()
}

// Next returns the next record, and waits for it.
func (p *place) Next() (kmsg.Record, error) {
	r, _, err := p.next(true)
	return r, err
}

// TryNext returns the next record if there is one.
func (p *place) TryNext() (kmsg.Record, bool, error) {
	return p.next(false) // the end is told by Next
}

// Close does nothing: the log belongs to all.
func (p *place) Close() error { return nil }

func (p *place) next(wait bool) (kmsg.Record, bool, error) {
	b := p.log
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		if p.at < b.first {
			skip := min(b.first, p.limit()) - p.at
			p.missing += skip
			p.at += skip
		}
		over := p.bound && p.at >= p.until
		switch {
		case p.at < b.end() && !over:
			return p.take(b.kept[p.at-b.first])
		case !wait:
			return kmsg.Record{}, false, nil
		case over:
			return p.lastly(io.EOF)
		case b.err != nil:
			p.missing += b.lost - p.lost
			p.lost = b.lost
			return p.lastly(b.err)
		}
		b.more.Wait()
	}
}

func (p *place) limit() uint64 {
	if p.bound {
		return max(p.until, p.at)
	}
	return ^uint64(0)
}

func (p *place) lastly(err error) (kmsg.Record, bool, error) {
	r := kmsg.Record{Lost: p.missing}
	p.missing = 0
	return r, false, err
}

func (p *place) take(k kept) (kmsg.Record, bool, error) {
	p.at++
	p.missing += k.lost - p.lost
	p.lost = k.lost
	if k.err != nil {
		return kmsg.Record{}, false, k.err
	}
	r, err := kmsg.Parse(k.raw)
	r.Lost, p.missing = p.missing, 0
	return r, err == nil, err
}

package transmit

import "time"

// Backlog is how much of what it is behind with a sender catches up.
const Backlog = 10 * time.Millisecond

// A Schedule tells when frames are to leave, counted from the first one. It is
// asked for the frames in order.
type Schedule interface {
	Due(i uint64, size int) time.Duration
}

// A pace is a rate's schedule for one of several workers, which take turns by
// frame.
type pace struct {
	rate    Rate
	workers int
	sent    float64 // bits
	first   float64 // of the worker's share, in bits or frames
}

func (r Rate) schedule(worker, workers int) Schedule {
	if r.IsMax() {
		return nil
	}
	return &pace{rate: r, workers: workers, first: float64(worker)}
}

func (p *pace) Due(i uint64, size int) time.Duration {
	if p.rate.Bits == 0 {
		return seconds(float64(i) / p.rate.Frames)
	}
	bits := 8 * float64(size)
	at := p.sent * float64(p.workers)
	if p.sent == 0 {
		p.first *= bits // the workers' first frames are spread too
	}
	p.sent += bits
	return seconds((at + p.first) / p.rate.Bits)
}

func seconds(v float64) time.Duration { return time.Duration(v * float64(time.Second)) }

// A timetable turns a schedule into instants and gives up what a sender is
// behind with beyond Backlog.
type timetable struct {
	start time.Time
	late  time.Duration // given up so far
}

// at returns when a frame that is due then leaves, seen from now.
func (t *timetable) at(due time.Duration, now time.Time) time.Time {
	at := t.start.Add(due + t.late)
	if behind := now.Sub(at) - Backlog; behind > 0 {
		t.late += behind
		at = at.Add(behind)
	}
	return at
}

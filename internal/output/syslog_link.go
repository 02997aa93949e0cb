package output

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// linkDial makes a link's connection.
type linkDial func(context.Context) (linkConn, error)

// linkConn is what a link sends on.
type linkConn = net.Conn

// linkSend sends the first of the blocks, or some, on a connection. It returns
// how many bytes of blocks are done with, whole blocks only, and how many of
// these blocks were given up, each for the reason told.
type linkSend func(c linkConn, blocks []byte) (done int, given int, err error)

// linkPace are a link's times: of the first and the longest pause between
// attempts, and how long a connection has to work to be taken for well.
type linkPace struct{ first, longest, well time.Duration }

// link is the end of a queue where the blocks go over a connection, which it
// makes again whenever it fails.
type link struct {
	name   string
	dial   linkDial
	send   linkSend
	report func(string)
	pace   linkPace
	ctx    context.Context
	cancel context.CancelFunc
	lost   atomic.Uint64 // blocks given up; those left at the end the queue counts

	mu   sync.Mutex
	conn linkConn

	// The rest belongs to Write.
	since  time.Time // when conn was made
	pause  time.Duration
	down   bool // told, and not over
	giving bool // the same of blocks given up
}

func newLink(name string, dial linkDial, send linkSend, report func(string), pace linkPace) *link {
	if report == nil {
		report = func(string) {}
	}
	if pace == (linkPace{}) {
		pace = linkPace{100 * time.Millisecond, 30 * time.Second, 10 * time.Second}
	}
	l := &link{name: name, dial: dial, send: send, report: report, pace: pace, pause: pace.first}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	context.AfterFunc(l.ctx, l.close) // frees a send that is stuck
	return l
}

// Write sends blocks for as long as it takes, until the link is cancelled.
func (l *link) Write(blocks []byte) (int, error) {
	size := len(blocks)
	for len(blocks) > 0 {
		if err := l.connect(); err != nil {
			return size - len(blocks), err
		}
		done, given, err := l.send(l.conn, blocks)
		blocks = blocks[done:]
		switch {
		case err == nil:
			l.works()
		case given > 0:
			l.give(given, err)
		default:
			l.fail(err)
		}
	}
	return size, nil
}

// connect sees to it that there is a connection. Its error means the end.
func (l *link) connect() error {
	for l.ctx.Err() == nil {
		if l.conn != nil {
			return nil
		}
		c, err := l.dial(l.ctx)
		if err != nil {
			l.fail(err)
			continue
		}
		l.mu.Lock()
		l.conn, l.since = c, time.Now()
		l.mu.Unlock()
	}
	l.close()
	return errors.New("not everything could be sent")
}

// fail drops the connection, if there is one, and waits.
func (l *link) fail(err error) {
	l.close()
	l.mu.Lock()
	l.conn = nil
	l.mu.Unlock()
	if l.ctx.Err() != nil {
		return
	}
	if !l.down {
		l.report(fmt.Sprintf("%s: %v: what was sent last may be lost, what comes is queued until it works again", l.name, err))
		l.down = true
	}
	select {
	case <-l.ctx.Done():
	case <-time.After(l.pause):
	}
	l.pause = min(2*l.pause, l.pace.longest)
}

// works takes note of a send without error. Datagrams are sent without error to
// nobody, too, and some servers accept and hang up: only time tells.
func (l *link) works() {
	if time.Since(l.since) < l.pace.well {
		return
	}
	l.pause, l.giving = l.pace.first, false
	if l.down {
		l.report(l.name + ": working again")
		l.down = false
	}
}

func (l *link) give(n int, err error) {
	l.lost.Add(uint64(n))
	if !l.giving {
		l.report(fmt.Sprintf("%s: %v: such records are lost and counted", l.name, err))
		l.giving = true
	}
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.conn.Close()
	}
}

package output

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// scripted sends one block a call, as its script says: "ok", "give" or "fail".
type scripted struct {
	script []string
	sent   []string
	dials  int
}

func (s *scripted) dial(context.Context) (linkConn, error) {
	if s.dials++; s.dials == 2 {
		return nil, errors.New("nobody there")
	}
	a, b := net.Pipe()
	b.Close()
	return a, nil
}

func (s *scripted) send(_ linkConn, blocks []byte) (done, given int, err error) {
	step := "ok"
	if len(s.script) > 0 {
		step, s.script = s.script[0], s.script[1:]
	}
	b, n := nextBlock(blocks)
	switch step {
	case "give":
		return n, 1, errors.New("too long")
	case "fail":
		return 0, 0, errors.New("cut off")
	}
	s.sent = append(s.sent, string(b))
	return n, 0, nil
}

func blocksOf(list ...string) (b []byte) {
	for _, s := range list {
		b = appendBlock(b, func(dst []byte) []byte { return append(dst, s...) })
	}
	return b
}

func TestLink(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := &scripted{script: []string{"ok", "fail", "fail", "give", "give", "ok", "give"}}
	var r told
	l := newLink("it", s.dial, s.send, r.add, quick)
	b := blocksOf("1", "2", "3", "", "4", "5")
	if n, err := l.Write(b); n != len(b) || err != nil {
		t.Errorf("%d of %d, %v", n, len(b), err)
	}
	if want := []string{"1", "", "5"}; !slices.Equal(s.sent, want) || l.lost.Load() != 3 || s.dials != 4 {
		t.Errorf("sent %q, lost %d, %d dials, want %q", s.sent, l.lost.Load(), s.dials, want)
	}
	l.cancel()
	if n, err := l.Write(b); n != 0 || err == nil {
		t.Errorf("after the end: %d, %v", n, err)
	}
	want := []string{
		"it: cut off: what was sent last may be lost, what comes is queued until it works again",
		"it: too long: such records are lost and counted",
		"it: working again",
		"it: too long: such records are lost and counted",
	}
	if got := r.all(); !slices.Equal(got, want) {
		t.Errorf("told\n%q, want\n%q", got, want)
	}
}

// A connection that works for a moment only is not taken for well.
func TestLinkFlaps(t *testing.T) {
	s := &scripted{script: []string{"ok", "fail", "ok", "fail", "ok", "fail", "ok"}}
	var r told
	l := newLink("it", s.dial, s.send, r.add, linkPace{time.Millisecond, 2 * time.Millisecond, time.Hour})
	defer l.cancel()
	if _, err := l.Write(blocksOf("1", "2", "3", "4")); err != nil {
		t.Error(err)
	}
	if len(s.sent) != 4 || len(r.all()) != 1 {
		t.Errorf("sent %q, told %q", s.sent, r.all())
	}
}

// The outputs leave no goroutine behind, whatever state their server is in.
func TestLinkedOutputsLeaveNothing(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	l := listenTCP(t, "127.0.0.1:0")
	for _, address := range []string{"tcp://" + l.Addr().String(), "tls://" + l.Addr().String(), "udp://127.0.0.1:9", "tcp://127.0.0.1:9"} {
		s := newSyslog(t, SyslogOptions{Address: address, pace: quick})
		for i := range 1000 {
			s.Message(numbered(i))
		}
		s.Close(10 * time.Millisecond)
	}
	goleak.VerifyNone(t, ignore)
}

package expect

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/match"
)

// to is a datagram to a port.
func to(port uint16) match.Frame {
	y := frame.Layers{UDP: true, Version: 6, Protocol: 17, Payload: []byte("x")}
	y.Target.Port = port
	return match.Frame{Layers: y}
}

func TestWatch(t *testing.T) {
	dport := match.Must("dport=7")
	for _, c := range []struct {
		name    string
		wish    Wish
		ports   []uint16
		dropped uint64
		over    int // after so many frames; -1: never
		want    string
	}{
		{"one", Wish{dport, 1, false}, []uint16{5, 7, 7}, 0, 2, ""},
		{"none came", Wish{dport, 1, false}, []uint16{5}, 0, -1, "no frame matched within 3s; 1 frame seen here, 0 dropped"},
		{"dropped", Wish{dport, 1, false}, nil, 9, -1, "no frame matched within 3s; 0 frames seen here, 9 dropped"},
		{"found among dropped", Wish{dport, 1, false}, []uint16{7}, 9, 1, ""},
		{"too few", Wish{dport, 3, false}, []uint16{7, 7}, 0, -1, "2 of 3 frames matched within 3s; 2 frames seen here, 0 dropped"},
		{"exactly", Wish{dport, 2, true}, []uint16{7, 7, 6}, 0, -1, ""},
		{"exactly, dropped", Wish{dport, 2, true}, []uint16{7, 7}, 1, -1, "2 frames matched within 3s, as wanted, but more may be among those dropped; 2 frames seen here, 1 dropped"},
		{"too many", Wish{dport, 1, true}, []uint16{7, 7}, 0, 2, "2 frames matched, wanted 1 and no more; 2 frames seen here, 0 dropped"},
		{"nothing", Wish{dport, 0, true}, []uint16{6}, 0, -1, ""},
		{"nothing, dropped", Wish{dport, 0, true}, nil, 1, -1, "0 frames matched within 3s, as wanted, but more may be among those dropped; 0 frames seen here, 1 dropped"},
		{"something", Wish{dport, 0, true}, []uint16{7}, 0, 1, "a frame matched that was not to come; 1 frame seen here, 0 dropped"},
		{"whatever", Wish{nil, 1, false}, []uint16{7}, 0, 1, ""},
	} {
		w := Watch{Wish: c.wish}
		over := -1
		for i, p := range c.ports {
			if over >= 0 {
				break
			}
			w.Add(to(p))
			if w.Over() {
				over = i + 1
			}
		}
		got := ""
		if err := w.verdict(c.dropped, "here", 3*time.Second); err != nil {
			got = err.Error()
		}
		if over != c.over || got != c.want {
			t.Errorf("%s: over after %d, want %d; %q, want %q", c.name, over, c.over, got, c.want)
		}
	}
}

// script is a source that does what it is told.
type script struct {
	steps  []any // frames and errors
	closed chan struct{}
	once   sync.Once
}

func scripted(steps ...any) *script { return &script{steps: steps, closed: make(chan struct{})} }

func (s *script) Read(deadline time.Time, each func(time.Time, match.Frame)) error {
	if len(s.steps) == 0 {
		<-s.closed
		return os.ErrClosed
	}
	step := s.steps[0]
	s.steps = s.steps[1:]
	if err, ok := step.(error); ok {
		return err
	}
	each(time.Unix(1, 0), step.(match.Frame))
	return nil
}

func (s *script) Where() string { return "here" }
func (s *script) Live() bool    { return true }
func (s *script) Drops() uint64 { return 0 }
func (s *script) Close() error  { s.once.Do(func() { close(s.closed) }); return nil }

func TestRun(t *testing.T) {
	full := errors.New("disk full")
	gone := errors.New("device is gone")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		src  *script
		show error
		want string
	}{
		{"comes", context.Background(), scripted(to(5), to(7)), nil, ""},
		{"time is over", context.Background(), scripted(to(5), os.ErrDeadlineExceeded), nil, "no frame matched within 1h0m0s; 1 frame seen here, 0 dropped"},
		{"capture is over", context.Background(), scripted(to(5), io.EOF), nil, "no frame matched within 1h0m0s; 1 frame seen here, 0 dropped"},
		{"fails", context.Background(), scripted(gone), nil, gone.Error()},
		{"cannot be shown", context.Background(), scripted(to(7)), full, full.Error()},
		{"interrupted", ended, scripted(), nil, "interrupted"},
	} {
		var notes strings.Builder
		_, err := Run(c.ctx, c.src, Options{Wish: Wish{match.Must("dport=7"), 1, false}, Within: time.Hour, Notes: &notes,
			Show: func(time.Time, int, match.Frame) error { return c.show }})
		got := ""
		if err != nil {
			got = err.Error()
		}
		select {
		case <-c.src.closed:
		default:
			t.Errorf("%s: the source is open", c.name)
		}
		if got != c.want || notes.String() != "listening here\n" {
			t.Errorf("%s: %q, want %q; %s", c.name, got, c.want, &notes)
		}
	}
}

package netpoll_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netpoll"
)

// limit is how long anything may take that takes no time.
const limit = 10 * time.Second

var (
	source6 = netip.MustParseAddr("fe80::a")
	remote6 = netip.MustParseAddr("fe80::b")
)

// diary holds the messages of a port, without their times.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

func (d *diary) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(d, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// wait waits for a message.
func (d *diary) wait(t testing.TB, msg string) {
	t.Helper()
	for over := time.Now().Add(limit); !strings.Contains(d.String(), msg); time.Sleep(time.Millisecond) {
		if time.Now().After(over) {
			t.Fatalf("no message %q in\n%s", msg, d)
		}
	}
}

func (d *diary) expect(t testing.TB, msgs ...string) {
	t.Helper()
	for _, msg := range msgs {
		if !strings.Contains(d.String(), msg) {
			t.Errorf("no message %q in\n%s", msg, d)
		}
	}
}

// opened is an open port and the end that it is on.
type opened struct {
	*netpoll.Port
	end *frametest.End
	log *diary
}

// try opens dev inside an end's namespace.
func try(ctx context.Context, e *frametest.End, dev string, local, remote netip.Addr, o netpoll.Options) (*opened, error) {
	p := &opened{end: e, log: new(diary)}
	o.Log = p.log.logger()
	err := e.Do(func() (err error) {
		p.Port, err = netpoll.Open(ctx, dev, local, remote, o)
		return err
	})
	return p, err
}

// open opens eth0, from and to the addresses above.
func open(t testing.TB, e *frametest.End, o netpoll.Options) *opened {
	t.Helper()
	return openFor(t, e, "eth0", source6, remote6, o)
}

func openFor(t testing.TB, e *frametest.End, dev string, local, remote netip.Addr, o netpoll.Options) *opened {
	t.Helper()
	p, err := try(context.Background(), e, dev, local, remote, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.log)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// start runs Recover until it returns or the test ends.
func (p *opened) start(t testing.TB, cause error) <-chan bool {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan bool, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.end.Do(func() error {
			done <- p.Recover(ctx, cause)
			return nil
		})
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return done
}

func outcome(t testing.TB, done <-chan bool) bool {
	t.Helper()
	select {
	case ok := <-done:
		return ok
	case <-time.After(limit):
		t.Fatal("Recover does not return")
		return false
	}
}

// built returns a frame with that payload.
func built(t testing.TB, payload string) []byte {
	t.Helper()
	tmpl, err := frame.Header{
		Source: frame.Endpoint{MAC: frametest.MACA, Addr: source6, Port: 6665},
		Target: frame.Endpoint{MAC: frame.Broadcast, Addr: remote6, Port: 6666},
	}.Template()
	if err == nil {
		var f []byte
		if f, err = tmpl.Append(nil, []byte(payload)); err == nil {
			return f
		}
	}
	t.Fatal(err)
	return nil
}

// works sends frames and sees them arrive.
func (p *opened) works(t testing.TB, c *frametest.Capture) {
	t.Helper()
	for _, payloads := range [][]string{{"one"}, {"two", "three", "four"}} {
		var fs [][]byte
		for _, s := range payloads {
			fs = append(fs, built(t, s))
		}
		if n, err := p.Send(fs); n != len(fs) || err != nil {
			t.Fatalf("%d frames of %d sent: %v", n, len(fs), err)
		}
		for _, f := range fs {
			c.Expect(limit, f)
		}
	}
}

// refused sends a frame, which must fail.
func (p *opened) refused(t testing.TB) error {
	t.Helper()
	n, err := p.Send([][]byte{built(t, "refused")})
	if n != 0 || err == nil {
		t.Fatalf("%d frames sent, %v; want a refusal", n, err)
	}
	return err
}

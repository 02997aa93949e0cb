package targets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev/build"
)

func TestMain(m *testing.M) { frametest.Main(m) }

// limit is how long anything may take that takes no time.
const limit = 3 * time.Second

// A bench is a Set with a log of its own, the cable behind the device eth0 of the namespace in which its targets are
// enabled, and what came out of it.
type bench struct {
	*testing.T
	*frametest.Pair
	set *Set
	log *fakeLog
	out *frametest.Capture
	pid int
	msg *messages
}

type messages struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (m *messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.b.Write(p)
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.b.String()
}

func newBench(t *testing.T, policy netconsole.Policy, change func(*Options)) *bench {
	t.Helper()
	leak := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leak) })
	b := &bench{T: t, Pair: frametest.NewPair(t, frametest.A(frametest.Device{Addrs: []string{"192.0.2.1/24", "fe80::a/64"}})),
		log: newFakeLog(), msg: &messages{}}
	b.out = b.B.Capture(t)
	sleeper := b.A.Command("sleep", "1000")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	b.pid = sleeper.Process.Pid
	o := Options{Log: slog.New(slog.NewTextHandler(b.msg, nil)), Policy: policy, Source: b.log.open, Probe: b.log.open, Release: "7.3.4",
		CarrierTimeout: limit, IPv4ID: 1}
	if change != nil {
		change(&o)
	}
	b.set = New(o)
	t.Cleanup(func() {
		b.close()
		if t.Failed() {
			t.Log(b.msg)
		}
	})
	return b
}

func (b *bench) close() {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := b.set.Close(ctx); err != nil {
		b.Error(err)
	}
}

// made makes a target with attributes written as file=value.
func (b *bench) made(name string, attrs ...string) *Target {
	b.Helper()
	t, err := b.set.Mkdir(name)
	if err != nil {
		b.Fatal(err)
	}
	for _, a := range append([]string{"remote_ip=fe80::b", "remote_mac=" + frametest.MACB.String()}, attrs...) {
		file, value, _ := strings.Cut(a, "=")
		b.store(t, file, value, 0)
	}
	return t
}

// enabled makes a target and enables it.
func (b *bench) enabled(name string, attrs ...string) *Target {
	b.Helper()
	return b.made(name, append(attrs, "enabled=1")...)
}

// store writes a value and wants the error, 0 for none.
func (b *bench) store(t *Target, file, value string, want syscall.Errno) {
	b.Helper()
	err := t.Store(context.Background(), file, []byte(value), b.pid)
	if want == 0 && err != nil || want != 0 && !errors.Is(err, want) {
		b.Fatalf("%s=%s: %v, want %v", file, value, err, want)
	}
}

func (b *bench) shows(t *Target, file, want string) {
	b.Helper()
	if got, err := t.Show(file); got != want+"\n" || err != nil {
		b.Errorf("%s shows %q, %v; want %q", file, got, err, want)
	}
}

// arrives wants the next frame to carry a basic record with this text, or this extended payload.
func (b *bench) arrives(want string) string {
	b.Helper()
	f := b.next(want)
	if !strings.HasSuffix(string(f.Payload), want+"\n") {
		b.Errorf("got %q, want %q", f.Payload, want)
	}
	return f.Source.Addr.String() + " " + f.Source.MAC.String()
}

// payload returns the next frame's.
func (b *bench) payload() string {
	b.Helper()
	return string(b.next("").Payload)
}

// next returns the next frame to the target port, wanted for the text.
func (b *bench) next(want string) frame.Frame {
	b.Helper()
	var f frame.Frame
	_, err := b.out.Wait(limit, func(p frametest.Packet) (ours bool) { // the kernel's own packets are among them
		g, err := p.Frame()
		if ours = err == nil && g.Target.Port >= 6666; ours {
			f = g
		}
		return ours
	})
	if err != nil {
		b.Fatalf("%q: %v", want, err)
	}
	return f
}

// says logs a text and wants it to arrive.
func (b *bench) says(text string) string {
	b.Helper()
	b.log.write(6, text)
	return b.arrives(text)
}

// becomes waits for a state.
func (b *bench) becomes(t *Target, want netconsole.State) Status {
	b.Helper()
	for over := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		switch s := t.Status(); {
		case s.State == want:
			return s
		case time.Now().After(over):
			b.Fatalf("%s: %v because %s, want %v\n%s", t.name, s.State, s.Why, want, b.msg)
		}
	}
}

// until waits until the account of a target is as wanted.
func (b *bench) until(t *Target, is func(netconsole.Counts) bool) {
	b.Helper()
	for over := time.Now().Add(limit); !is(t.account.Counts()); time.Sleep(time.Millisecond) {
		if time.Now().After(over) {
			b.Fatalf("%+v", t.Status())
		}
	}
}

// told waits for a message.
func (b *bench) told(want string) {
	b.Helper()
	for over := time.Now().Add(limit); !strings.Contains(b.msg.String(), want); time.Sleep(time.Millisecond) {
		if time.Now().After(over) {
			b.Fatalf("no message %q", want)
		}
	}
}

// adds closes the set and wants the account of a target: records sent, filtered, dropped and lost, and that they add up.
func (b *bench) adds(t *Target, sent, filtered, dropped, lost uint64) {
	b.Helper()
	b.close()
	c := t.Status().Counts
	got := fmt.Sprint(c.Sent, c.Filtered, c.Dropped, c.Lost)
	if want := fmt.Sprint(sent, filtered, dropped, lost); got != want || c.InFlight() != 0 {
		b.Errorf("sent, filtered, dropped, lost: %s, want %s; %d in flight", got, want, c.InFlight())
	}
}

// free makes eth0 nobody's port.
func (b *bench) free() {
	b.Helper()
	if err := b.A.Do(func() error { return build.SetMaster(b.A.Index(), 0) }); err != nil {
		b.Fatal(err)
	}
}

// benchSet returns a Set, its log and a process in a namespace of its own.
func benchSet(b *testing.B) (*Set, *fakeLog, int) {
	p := frametest.NewPair(b)
	sleeper := p.A.Command("sleep", "1000")
	if err := sleeper.Start(); err != nil {
		b.Fatal(err)
	}
	log := newFakeLog()
	return New(Options{Log: slog.New(slog.DiscardHandler), Source: log.open, Probe: log.open, Release: "7.3.4"}), log, sleeper.Process.Pid
}

package send

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"netkmsg/internal/logline"
	"netkmsg/internal/option"
)

// limit is how long anything may take that takes no time.
const limit = 10 * time.Second

// command runs the rescue command. Nothing that it is given here reaches a
// device.
func command(ctx context.Context, in io.Reader, args ...string) (status int, out, diag string) {
	var o, e bytes.Buffer
	status = Main(ctx, append([]string{"netkmsg-rescue"}, args...), Streams{In: in, Out: &o, Err: &e})
	return status, o.String(), e.String()
}

// input writes a file of n records, "record 0" and so on, in /dev/kmsg's form.
func input(t testing.TB, n int) string {
	t.Helper()
	return file(t, records(0, n))
}

func records(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "6,%d,%d,-;record %d\n", i, 1000*i, i)
	}
	return b.String()
}

func file(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// account finds a target's last account among the messages of a run with
// --log-format json.
func account(t testing.TB, diag, target string) (a accounted) {
	t.Helper()
	found := false
	for line := range strings.Lines(diag) {
		var m struct{ Msg, Target string }
		if json.Unmarshal([]byte(line), &m) != nil || m.Msg != "account" || m.Target != target {
			continue
		}
		found = true
		a = accounted{}
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
	}
	if !found {
		t.Fatalf("no account of %s in\n%s", target, diag)
	}
	return a
}

type accounted struct{ Read, Filtered, Sent, Dropped, Lost, Frames, Bytes uint64 }

// memory is a capture in memory. It fails at packet number fail, if that is
// not 0.
type memory struct {
	mu     sync.Mutex
	frames [][]byte
	times  []time.Time
	fail   int
	closed bool
}

func (m *memory) Write(at time.Time, f []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail > 0 && len(m.frames)+1 >= m.fail {
		return fmt.Errorf("write packet %d: disk full", m.fail)
	}
	m.frames, m.times = append(m.frames, bytes.Clone(f)), append(m.times, at)
	return nil
}

func (m *memory) Close() error { m.closed = true; return nil }

// eventually waits until ok is true.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for over := time.Now().Add(limit); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(over) {
			t.Fatal("never: " + what)
		}
	}
}

// runWith is Run with the flags args and a capture, and with meanwhile going
// on at the same time. It returns the messages.
func runWith(ctx context.Context, in io.Reader, c Capture, meanwhile func(), args ...string) (string, error) {
	var o Options
	var f option.Set
	o.Register(&f)
	config, err := f.Parse(args)
	if err != nil {
		return "", err
	}
	o.Config = config
	var out, diag bytes.Buffer
	done := make(chan error)
	go func() {
		done <- Run(ctx, o, Streams{In: in, Out: &out, Err: &diag}, func(logline.Log) (Capture, error) { return c, nil })
	}()
	if meanwhile != nil {
		meanwhile()
	}
	err = <-done
	return diag.String(), err
}

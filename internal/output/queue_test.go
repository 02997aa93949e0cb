package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// gate is a writer that waits for a token before each write.
type gate struct {
	tokens chan error // what the write returns
	short  int        // how much of a failing write is written
	writes chan string

	mu  sync.Mutex
	got bytes.Buffer
}

func newGate() *gate { return &gate{tokens: make(chan error), writes: make(chan string, 100)} }

func (g *gate) Write(b []byte) (int, error) {
	err := <-g.tokens
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		b = b[:min(g.short, len(b))]
	}
	g.got.Write(b)
	g.writes <- string(b)
	return len(b), err
}

func (g *gate) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.got.String()
}

func lostLine(dst []byte, n uint64) []byte { return fmt.Appendf(dst, "lost %d\n", n) }

func put(q *queue, lines ...string) {
	for _, s := range lines {
		q.add(func(dst []byte) []byte { return append(append(dst, s...), '\n') })
	}
}

// inHand waits until the writer has taken what is pending.
func inHand(t *testing.T, q *queue) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		q.mu.Lock()
		n := len(q.pending.b)
		q.mu.Unlock()
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the writer takes nothing")
		}
	}
}

func TestQueueWrites(t *testing.T) {
	var b bytes.Buffer
	q := newQueue(&b, queueLimit, lostLine)
	put(q, "one", "two")
	q.flush()
	put(q, "three")
	if err := q.close(time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != "one\ntwo\nthree\n" {
		t.Errorf("%q", got)
	}
	put(q, "late")
	if n := q.shedCount(); n != 1 {
		t.Errorf("%d entries shed, want the one after close", n)
	}
	if err := q.close(time.Minute); err != nil {
		t.Error("closed again:", err)
	}
}

func TestQueueBatches(t *testing.T) {
	g := newGate()
	q := newQueue(g, queueLimit, lostLine)
	put(q, "a")
	q.flush()
	inHand(t, q)
	put(q, "b", "c")
	q.flush()
	put(q, "d")
	g.tokens <- nil
	g.tokens <- nil
	if first, second := <-g.writes, <-g.writes; first != "a\n" || second != "b\nc\nd\n" {
		t.Errorf("%q and %q", first, second)
	}
	if err := q.close(time.Minute); err != nil {
		t.Error(err)
	}
}

// A stalled writer costs nothing but what does not fit, and that is said where
// it is missing.
func TestQueueShedsInPlace(t *testing.T) {
	g := newGate()
	q := newQueue(g, 6, lostLine)
	put(q, "a")
	q.flush()
	inHand(t, q)
	put(q, "b", "c", "d", "e", "f") // three fit
	q.flush()
	if n := q.shedCount(); n != 2 {
		t.Errorf("%d shed, want 2", n)
	}
	g.tokens <- nil // a
	inHand(t, q)
	put(q, "g", "h", "i", "j")
	close(g.tokens)
	if err := q.close(time.Minute); err != nil {
		t.Fatal(err)
	}
	if got, want := g.String(), "a\nb\nc\nd\nlost 2\ng\nh\ni\nlost 1\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if n := q.shedCount(); n != 3 || q.failedCount() != 0 {
		t.Errorf("%d shed, want 3, and %d failed", n, q.failedCount())
	}
}

// What was shed is told as soon as the writer is free, not with the next entry.
func TestQueueTellsAtOnce(t *testing.T) {
	g := newGate()
	q := newQueue(g, 2, lostLine)
	put(q, "a")
	q.flush()
	inHand(t, q)
	put(q, "b", "c")
	close(g.tokens)
	for _, want := range []string{"a\n", "b\n", "lost 1\n"} {
		if got := <-g.writes; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if err := q.close(time.Minute); err != nil {
		t.Error(err)
	}
}

func TestQueueWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	tests := []struct {
		name   string
		short  int
		want   string
		failed uint64
	}{
		{"nothing written", 0, "lost 3\nd\n", 3},
		{"torn", 4, "a\nb\nlost 1\nd\n", 1},
		{"torn inside an entry", 3, "a\nb\nlost 2\nd\n", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGate()
			g.short = tt.short
			q := newQueue(&lines{w: g}, queueLimit, lostLine)
			put(q, "a", "b", "c")
			q.flush()
			inHand(t, q)
			g.tokens <- full
			<-g.writes
			put(q, "d")
			close(g.tokens)
			if err := q.close(time.Minute); !errors.Is(err, full) {
				t.Errorf("close: %v", err)
			}
			if got := g.String(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if q.failedCount() != tt.failed || q.shedCount() != tt.failed {
				t.Errorf("%d failed, %d lost, want %d", q.failedCount(), q.shedCount(), tt.failed)
			}
		})
	}
}

// An announcement that could not be written is made again.
func TestQueueAnnouncesUntilWritten(t *testing.T) {
	g := newGate()
	q := newQueue(g, 2, lostLine)
	put(q, "a")
	q.flush()
	inHand(t, q)
	put(q, "b", "c", "d")
	q.flush()
	g.tokens <- nil
	g.tokens <- io.ErrShortWrite // b
	g.tokens <- io.ErrShortWrite // lost 3
	for range 3 {
		<-g.writes
	}
	put(q, "e")
	close(g.tokens)
	if err := q.close(time.Minute); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("close: %v", err)
	}
	if got, want := g.String(), "a\nlost 3\ne\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if n := q.shedCount(); n != 3 {
		t.Errorf("%d lost, want 3", n)
	}
}

func TestQueueBrokenForGood(t *testing.T) {
	q := newQueue(brokenPipe{}, queueLimit, lostLine)
	for range 10 {
		put(q, "x")
		q.flush()
	}
	if err := q.close(time.Minute); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("close: %v", err)
	}
	if n := q.shedCount(); n != 10 {
		t.Errorf("%d lost, want 10", n)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestQueueCloseLimit(t *testing.T) {
	g := newGate()
	q := newQueue(g, queueLimit, lostLine)
	put(q, "a")
	q.flush()
	inHand(t, q)
	put(q, "b", "c")
	for range 2 {
		if err := q.close(time.Millisecond); !errors.Is(err, errStalled) || !strings.Contains(err.Error(), "2 entries") {
			t.Errorf("close: %v", err)
		}
	}
	if n := q.shedCount(); n != 2 {
		t.Errorf("%d lost, want 2", n)
	}
	close(g.tokens)
	<-q.done
	if got := g.String(); got != "a\n" {
		t.Errorf("%q written after giving up", got)
	}
}

func TestQueueManyWriters(t *testing.T) {
	var b bytes.Buffer
	q := newQueue(&b, 4<<10, lostLine)
	const workers, each = 4, 2000
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				put(q, fmt.Sprintf("%d:%d", w, i))
				if i%10 == 0 {
					q.flush()
				}
			}
		})
	}
	wg.Wait()
	if err := q.close(time.Minute); err != nil {
		t.Fatal(err)
	}
	var next [workers]int
	lost, came := 0, 0
	for line := range strings.Lines(b.String()) {
		var w, i, n int
		if _, err := fmt.Sscanf(line, "lost %d\n", &n); err == nil {
			lost += n
			continue
		}
		if _, err := fmt.Sscanf(line, "%d:%d\n", &w, &i); err != nil || i < next[w] {
			t.Fatalf("%q after %d", line, next[w])
		}
		next[w] = i + 1
		came++
	}
	if lost+came != workers*each || uint64(lost) != q.shedCount() {
		t.Errorf("%d came and %d were announced as lost, of %d; %d counted", came, lost, workers*each, q.shedCount())
	}
}

func TestRecent(t *testing.T) {
	r := recent[int, int]{limit: 8}
	for i := range 100 {
		r.put(i, &i)
		if v := r.get(0); i > 0 && (v == nil || *v != 0) {
			t.Fatal("0 is forgotten though it is in use")
		}
		if n := len(r.young) + len(r.old); n > 8 {
			t.Fatalf("%d entries", n)
		}
	}
	if r.get(1) != nil {
		t.Error("1 is not forgotten")
	}
	if v := r.get(99); v == nil || *v != 99 {
		t.Error("99 is forgotten")
	}
	r.remove(99)
	if r.get(99) != nil {
		t.Error("99 is not removed")
	}
}

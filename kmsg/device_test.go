package kmsg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
)

// fakeLog is /dev/kmsg with a small ring and faults to order.
type fakeLog struct {
	mu          sync.Mutex
	changed     sync.Cond
	ring        map[uint64]string
	first, next uint64 // what the ring holds
	size        uint64
	pos         uint64 // the reader's
	waiting     int
	interrupted bool
	faults      []error // answers before anything else
}

func newFakeLog(size, first uint64) *fakeLog {
	l := &fakeLog{ring: map[uint64]string{}, size: size, first: first, next: first, pos: first}
	l.changed.L = &l.mu
	return l
}

func (l *fakeLog) write(texts ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range texts {
		l.raw(fmt.Sprintf("6,%d,%d,-;%s\n", l.next, l.next*10, s))
	}
}

func (l *fakeLog) raw(record string) {
	l.ring[l.next] = record
	l.next++
	for ; l.next-l.first > l.size; l.first++ {
		delete(l.ring, l.first)
	}
	l.changed.Broadcast()
}

func (l *fakeLog) ReadRecord(p []byte, wait bool) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting++
	l.changed.Broadcast()
	defer func() { l.waiting-- }()
	for {
		switch {
		case wait && l.interrupted:
			return 0, os.ErrDeadlineExceeded
		case len(l.faults) > 0:
			err := l.faults[0]
			l.faults = l.faults[1:]
			return 0, err
		case l.pos < l.first:
			l.pos = l.first
			return 0, syscall.EPIPE
		case l.pos < l.next:
			l.pos++
			r := l.ring[l.pos-1]
			if len(r) > len(p) {
				return 0, syscall.EINVAL
			}
			return copy(p, r), nil
		case !wait:
			return 0, syscall.EAGAIN
		}
		l.changed.Wait()
	}
}

func (l *fakeLog) Interrupt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.interrupted = true
	l.changed.Broadcast()
}

func (l *fakeLog) Close() error { return os.ErrClosed }

// blocked returns when a reader is waiting for a record.
func (l *fakeLog) blocked() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.waiting == 0 || l.pos != l.next {
		l.changed.Wait()
	}
}

func open(t *testing.T, l *fakeLog, b Backlog) *Device {
	t.Helper()
	d, err := newDevice(l, "/dev/kmsg", b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// want reads records and compares their numbers, losses and texts.
func want(t *testing.T, next func() (Record, error), records ...string) {
	t.Helper()
	for _, w := range records {
		r, err := next()
		if got := fmt.Sprintf("%d lost %d %s", r.Seq, r.Lost, r.Text); err != nil || got != w {
			t.Fatalf("got %s, %v; want %s", got, err, w)
		}
	}
}

func TestDeviceBacklog(t *testing.T) {
	l := newFakeLog(10, 5)
	l.write("a", "b")
	d := open(t, l, All)
	l.write("c")
	want(t, d.Next, "5 lost 0 a", "6 lost 0 b", "7 lost 0 c")

	l = newFakeLog(10, 5)
	l.write("a", "b")
	d = open(t, l, New)
	if r, ok, err := d.TryNext(); ok || err != nil {
		t.Fatal(r, ok, err)
	}
	l.write("c")
	want(t, d.Next, "7 lost 0 c")
}

func TestDeviceTryNext(t *testing.T) {
	l := newFakeLog(10, 0)
	l.write("a", "b")
	d := open(t, l, All)
	for _, text := range []string{"a", "b"} {
		if r, ok, err := d.TryNext(); !ok || err != nil || string(r.Text) != text {
			t.Fatal(r, ok, err)
		}
	}
	for range 2 {
		if r, ok, err := d.TryNext(); ok || err != nil {
			t.Fatal(r, ok, err)
		}
	}
}

func TestDeviceOverrun(t *testing.T) {
	tests := []struct {
		name  string
		do    func(l *fakeLog)
		write int
		want  []string
	}{
		{"none", func(*fakeLog) {}, 3, []string{"1 lost 0 x", "2 lost 0 x", "3 lost 0 x"}},
		{"by one", func(*fakeLog) {}, 5, []string{"2 lost 1 x", "3 lost 0 x", "4 lost 0 x", "5 lost 0 x"}},
		{"by many", func(*fakeLog) {}, 1000, []string{"997 lost 996 x", "998 lost 0 x"}},
		{"EPIPE without a loss", func(l *fakeLog) { l.faults = []error{syscall.EPIPE} }, 1, []string{"1 lost 0 x"}},
		{"several EPIPE in a row", func(l *fakeLog) { l.faults = []error{syscall.EPIPE, syscall.EPIPE, syscall.EPIPE} }, 5, []string{"2 lost 1 x", "3 lost 0 x"}},
		{"a refused record", func(l *fakeLog) { l.raw("6,1,1,-;" + string(make([]byte, 9000)) + "\n") }, 2, []string{"2 lost 1 x", "3 lost 0 x"}},
		{"refused and overrun", func(l *fakeLog) {
			l.raw("6,1,1,-;" + string(make([]byte, 9000)) + "\n")
			l.faults = []error{syscall.EINVAL, syscall.EPIPE}
		}, 4, []string{"2 lost 1 x", "3 lost 0 x"}},
		{"the very first", func(l *fakeLog) { l.write("y", "y", "y", "y", "y") }, 0, []string{"2 lost 1 y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newFakeLog(4, 0)
			l.write("first")
			d := open(t, l, All)
			tt.do(l)
			for range tt.write {
				l.write("x")
			}
			want(t, d.Next, append([]string{"0 lost 0 first"}, tt.want...)...)
		})
	}
}

// The place where reading begins is the first record that could be read: before
// it nothing is lost, and everything after it counts.
func TestDeviceOverrunAtOpening(t *testing.T) {
	l := newFakeLog(4, 0)
	for range 7 {
		l.write("x")
	}
	if l.pos >= l.first {
		t.Fatal("the first read would not overrun")
	}
	d := open(t, l, All)
	for range 7 {
		l.write("y")
	}
	want(t, d.Next, "3 lost 0 x", "10 lost 6 y")

	l = newFakeLog(4, 0)
	l.write("x", "x", "x", "x", "x", "x")
	d = open(t, l, New)
	for range 10 {
		l.write("y")
	}
	want(t, d.Next, "12 lost 6 y", "13 lost 0 y")

	l = newFakeLog(4, 0)
	d = open(t, l, New) // an empty log
	for range 10 {
		l.write("y")
	}
	want(t, d.Next, "6 lost 6 y", "7 lost 0 y")
}

func TestDeviceMalformed(t *testing.T) {
	l := newFakeLog(10, 0)
	l.write("a")
	l.raw("6,1,rubbish\n")
	l.write("b")
	d := open(t, l, All)
	want(t, d.Next, "0 lost 0 a")
	var se *SyntaxError
	if _, err := d.Next(); !errors.As(err, &se) || err.Error() != "read /dev/kmsg: byte 4 of the record: expected a decimal time stamp, found 'r'" {
		t.Fatal(err)
	}
	want(t, d.Next, "2 lost 0 b") // told as an error, not as a loss too

	l.raw("")
	if _, err := d.Next(); err != io.EOF {
		t.Fatal(err)
	}
}

func TestDeviceErrors(t *testing.T) {
	l := newFakeLog(10, 0)
	l.write("a")
	d := open(t, l, All)
	want(t, d.Next, "0 lost 0 a")
	l.faults = []error{syscall.EIO, syscall.EIO}
	if _, err := d.Next(); !errors.Is(err, syscall.EIO) || err.Error() != "read /dev/kmsg: input/output error" {
		t.Error(err)
	}
	if _, _, err := d.TryNext(); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	if err := d.Close(); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	for _, endless := range []error{syscall.EPIPE, syscall.EINVAL} {
		l.faults = slices.Repeat([]error{endless}, maxSkips+1)
		if _, err := d.Next(); !errors.Is(err, endless) {
			t.Error(err)
		}
	}
	l = newFakeLog(10, 0)
	l.faults = []error{syscall.EIO}
	if _, err := newDevice(l, "/dev/kmsg", All); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
}

func TestDeviceDrain(t *testing.T) {
	l := newFakeLog(10, 0)
	l.write("a")
	d := open(t, l, All)
	want(t, d.Next, "0 lost 0 a")
	end := make(chan error)
	go func() {
		_, err := d.Next()
		end <- err
	}()
	l.blocked()
	d.Drain()
	if err := <-end; err != io.EOF {
		t.Fatal(err)
	}
	l.write("b", "c")
	want(t, d.Next, "1 lost 0 b", "2 lost 0 c")
	d.Drain()
	for range 2 {
		if _, err := d.Next(); err != io.EOF {
			t.Fatal(err)
		}
	}
}

// Every record written is read or counted as lost, whatever the reader's pace,
// to the last one.
func TestDeviceAccount(t *testing.T) {
	const total = 20000
	for _, size := range []uint64{1, 3, 100, total} {
		l := newFakeLog(size, 0)
		l.write("first")
		d := open(t, l, All)
		go func() {
			for i := range total - 1 {
				if i%1000 == 7 {
					l.mu.Lock()
					l.raw(fmt.Sprintf("6,%d,0,-;%s\n", l.next, bytes.Repeat([]byte("x"), deviceBuffer)))
					l.mu.Unlock()
					continue
				}
				l.write("x")
			}
			l.write("last")
			d.Drain()
		}()
		read, lost := uint64(0), uint64(0)
		var last string
		for {
			r, err := d.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if read++; r.Seq != read+lost+r.Lost-1 {
				t.Fatalf("record %d after %d read and %d lost", r.Seq, read-1, lost)
			}
			lost += r.Lost
			last = string(r.Text)
		}
		if read+lost != total+1 || last != "last" {
			t.Errorf("ring of %d: %d read, %d lost of %d; the last is %q", size, read, lost, total+1, last)
		}
	}
}

package targets

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"netkmsg/kmsg"
)

// A fakeLog is a kernel log: everybody who opens it reads all that is written from then on.
type fakeLog struct {
	mu      sync.Mutex
	more    *sync.Cond
	records [][]byte
	seq     uint64
	readers []*fakeReader
	over    error
}

func newFakeLog() *fakeLog {
	l := &fakeLog{}
	l.more = sync.NewCond(&l.mu)
	return l
}

// write logs texts, each as a record at a level of the user facility.
func (l *fakeLog) write(level int, texts ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range texts {
		l.records = append(l.records, fmt.Appendf(nil, "%d,%d,%d,-;%s\n", 8|level, l.seq, 1000*l.seq, s))
		l.seq++
	}
	l.more.Broadcast()
}

// raw logs bytes as they are.
func (l *fakeLog) raw(b string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, []byte(b))
	l.more.Broadcast()
}

// lose skips sequence numbers, as if records had been overwritten.
func (l *fakeLog) lose(n uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq += n
}

func (l *fakeLog) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = err
	l.more.Broadcast()
}

func (l *fakeLog) open() (kmsg.Source, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &fakeReader{log: l, at: len(l.records), next: l.seq}
	l.readers = append(l.readers, r)
	return r, nil
}

type fakeReader struct {
	log    *fakeLog
	at     int
	next   uint64
	closed bool
}

func (r *fakeReader) Next() (kmsg.Record, error) {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	for r.at == len(r.log.records) {
		if r.closed {
			return kmsg.Record{}, os.ErrClosed
		}
		if r.log.over != nil {
			return kmsg.Record{}, r.log.over
		}
		r.log.more.Wait()
	}
	rec, err := kmsg.Parse(r.log.records[r.at])
	r.at++
	if err == nil {
		rec.Lost, r.next = rec.Seq-r.next, rec.Seq+1
	}
	return rec, err
}

func (r *fakeReader) TryNext() (kmsg.Record, bool, error) {
	r.log.mu.Lock()
	empty := r.at == len(r.log.records)
	r.log.mu.Unlock()
	if empty {
		return kmsg.Record{}, false, nil
	}
	rec, err := r.Next()
	return rec, err == nil, err
}

func (r *fakeReader) Close() error {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	r.closed = true
	r.log.more.Broadcast()
	return nil
}

func openBacklog(t *testing.T) (*fakeLog, *backlog) {
	t.Helper()
	l := newFakeLog()
	l.write(6, "before")
	b, err := newBacklog(l.open, l.open)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close() })
	return l, b
}

// all reads a place to its end and returns texts, with the losses before them.
func all(p *place) (s []string, err error) {
	for {
		r, err := p.Next()
		if r.Lost > 0 {
			s = append(s, fmt.Sprintf("lost %d", r.Lost))
		}
		if bad := (*kmsg.SyntaxError)(nil); errors.As(err, &bad) {
			s = append(s, "bad")
			continue
		}
		if err != nil {
			return s, err
		}
		s = append(s, string(r.Text))
	}
}

func TestBacklog(t *testing.T) {
	l, b := openBacklog(t)
	early := b.place(b.now())
	l.write(6, "one", "two")
	late := b.place(b.now()) // both are before it, however slow the reader of the log is
	l.lose(3)
	l.raw("rubbish\n")
	l.write(6, "three")
	m := b.now()
	l.write(6, "four")
	for p, want := range map[*place]string{early: "one two bad lost 3 three", late: "bad lost 3 three"} {
		p.finish(m)
		if got, err := all(p); strings.Join(got, " ") != want || err != io.EOF {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
		if _, ok, err := p.TryNext(); ok || err != nil {
			t.Errorf("after the end: %v, %v", ok, err)
		}
	}
}

// TestBacklogOverrun: a place that stays behind loses what there is no room for, and knows how much.
func TestBacklogOverrun(t *testing.T) {
	l, b := openBacklog(t)
	p, given := b.place(b.now()), b.place(b.now())
	text := strings.Repeat("x", 1000)
	const n = 3000
	for range n {
		l.write(6, text)
	}
	m := b.now()
	if b.bytes > backlogMax || len(b.kept) < 900 {
		t.Errorf("%d bytes in %d records are kept", b.bytes, len(b.kept))
	}
	p.finish(m)
	got, err := all(p)
	if len(got) < 2 || err != io.EOF {
		t.Fatalf("%d records, %v", len(got), err)
	}
	if want := fmt.Sprintf("lost %d", n-(len(got)-1)); got[0] != want {
		t.Errorf("%s of %d, and %d were read", got[0], n, len(got)-1)
	}
	given.giveUp()
	if got, err := all(given); len(got) != 1 || got[0] != fmt.Sprintf("lost %d", n) || err != io.EOF {
		t.Errorf("given up: %q, %v", got, err)
	}
}

// TestBacklogEnd: the log's end is everybody's, with what was lost before it.
func TestBacklogEnd(t *testing.T) {
	l, b := openBacklog(t)
	p := b.place(b.now())
	l.write(6, "last")
	broken := errors.New("broken")
	l.end(broken)
	if got, err := all(p); len(got) != 1 || err != broken {
		t.Errorf("%q, %v", got, err)
	}
	b.now() // does not wait for a reader that has ended
}

// TestBacklogWakes: a place that waits is woken by a record, and by its end.
func TestBacklogWakes(t *testing.T) {
	l, b := openBacklog(t)
	var got []string
	p := b.place(b.now())
	done := make(chan struct{})
	go func() { got, _ = all(p); close(done) }()
	l.write(6, "a")
	l.write(6, "b")
	p.finish(b.now())
	<-done
	if strings.Join(got, "") != "ab" {
		t.Errorf("%q", got)
	}
}

// TestBacklogOnce has a log that can be read only once, such as a pipe: nobody takes a record away from its reader.
func TestBacklogOnce(t *testing.T) {
	l := newFakeLog()
	b, err := newBacklog(l.open, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := b.place(b.now())
	l.write(6, "a", "b")
	b.now()
	l.end(io.EOF)
	if got, err := all(p); strings.Join(got, "") != "ab" || err != io.EOF || len(l.readers) != 1 {
		t.Errorf("%q, %v, %d readers", got, err, len(l.readers))
	}
	if err := b.close(); err != nil {
		t.Error(err)
	}
	failed := errors.New("no log")
	if _, err := newBacklog(l.open, func() (kmsg.Source, error) { return nil, failed }); err != failed {
		t.Errorf("no probe: %v", err)
	}
	if _, err := newBacklog(func() (kmsg.Source, error) { return nil, failed }, l.open); !errors.Is(err, failed) {
		t.Errorf("no source: %v", err)
	}
}

package printktrace

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"netkmsg/kmsg"
)

// patience is how long a record waits for its event, which the kernel hands
// over some time after the record.
const patience = 50 * time.Millisecond

// Origins knows the origins of the records that are logged after Start.
type Origins struct {
	mu      sync.Mutex
	m       *matcher
	more    chan struct{} // closed when events come
	trace   tracer
	stopped error // why no events come any more
}

// A tracer is a trace in progress.
type tracer interface {
	io.ReadCloser
	// Name returns the name of a task that logged a moment ago, "" if nobody knows it.
	Name(pid int) string
}

// Start begins to trace. It may be called more than once. The error says what
// is missing and how to have it.
func (o *Origins) Start() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.trace != nil {
		return o.stopped
	}
	t, err := openTrace()
	if err != nil {
		return err
	}
	o.begin(t)
	return nil
}

// begin reads events from t. mu is held.
func (o *Origins) begin(t tracer) {
	o.trace, o.m, o.more = t, newMatcher(), make(chan struct{})
	go o.read(t)
}

func (o *Origins) read(t io.Reader) {
	b := make([]byte, 64<<10)
	for {
		n, err := t.Read(b)
		o.mu.Lock()
		o.m.add(parse(b[:n])...)
		if err != nil {
			o.stopped = fmt.Errorf("read the printk tracepoint: %w", err)
		}
		close(o.more)
		o.more = make(chan struct{})
		o.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Lookup returns on which processor and by which task the record was logged,
// or false if that is not known. It waits up to 50 ms for what is on its way.
func (o *Origins) Lookup(r kmsg.Record) (cpu int, task string, ok bool) {
	text := string(r.AppendText(nil))
	var over <-chan time.Time
	for {
		o.mu.Lock()
		if o.m == nil {
			o.mu.Unlock()
			return 0, "", false
		}
		e, ok := o.m.find(r.Seq, r.Usec, text)
		never := o.stopped != nil || o.m.past(r.Usec)
		more := o.more
		o.mu.Unlock()
		if ok && e.Task == unnamed {
			e.Task = o.name(r.Seq, e.PID)
			ok = e.Task != ""
		}
		if ok || never {
			return e.CPU, e.Task, ok
		}
		if over == nil {
			over = time.After(patience)
		}
		select {
		case <-more:
		case <-time.After(patience / 10): // a name may have been noted
		case <-over:
			return 0, "", false
		}
	}
}

// name finds out the name of a task, and keeps it for the next who asks.
func (o *Origins) name(seq uint64, pid int) string {
	name := o.trace.Name(pid)
	if name != "" {
		o.mu.Lock()
		defer o.mu.Unlock()
		e := o.m.found[seq]
		e.Task = name
		o.m.found[seq] = e
	}
	return name
}

// Close ends the tracing and removes what was made for it.
func (o *Origins) Close() error {
	o.mu.Lock()
	t := o.trace
	if t == nil {
		o.stopped = errors.New("closed")
	}
	o.mu.Unlock()
	if t == nil {
		return nil
	}
	return t.Close()
}

package printktrace

import (
	"io"
	"sync"
	"testing"
	"time"

	"netkmsg/kmsg"
)

func record(t *testing.T, s string) kmsg.Record {
	t.Helper()
	r, err := kmsg.Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// piped is a trace that comes through a pipe, of tasks called late.
type piped struct{ io.ReadCloser }

func (piped) Name(pid int) string { return "late" }

// TestLookup has an event come before and one after they are asked for.
func TestLookup(t *testing.T) {
	r, w := io.Pipe()
	var o Origins
	o.begin(piped{r})
	if _, err := io.WriteString(w, "              sh-1       [001] d....     1.000000: console: a\n"); err != nil {
		t.Fatal(err)
	}
	a, b := record(t, "6,1,1000000,-;a\n"), record(t, "6,2,1000100,-;b \\x5c\n")
	if cpu, task, ok := o.Lookup(a); cpu != 1 || task != "sh" || !ok {
		t.Errorf("%d %s %v", cpu, task, ok)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		time.Sleep(time.Millisecond) // so that some of the time the others ask first
		_, _ = io.WriteString(w, "            bash-2       [000] d....     1.000100: console: b \\\n")
	})
	for range 3 {
		wg.Go(func() {
			if cpu, task, ok := o.Lookup(b); cpu != 0 || task != "bash" || !ok {
				t.Errorf("%d %s %v", cpu, task, ok)
			}
		})
	}
	wg.Wait()
	if _, err := io.WriteString(w, "           <...>-3       [001] d....     1.000200: console: c\n"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if cpu, task, ok := o.Lookup(record(t, "6,4,1000200,-;c\n")); cpu != 1 || task != "late" || !ok {
			t.Errorf("%d %s %v", cpu, task, ok)
		}
	}
	if _, _, ok := o.Lookup(record(t, "6,3,1000200,-;nobody's\n")); ok {
		t.Error("an origin of what was not traced")
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

// TestStopped waits for nothing once the trace has ended.
func TestStopped(t *testing.T) {
	r, w := io.Pipe()
	var o Origins
	o.begin(piped{r})
	w.CloseWithError(io.ErrUnexpectedEOF)
	if _, _, ok := o.Lookup(record(t, "6,1,1000000,-;a\n")); ok {
		t.Error("an origin out of nothing")
	}
	if err := o.Start(); err == nil {
		t.Error("started again though the trace has ended")
	}
	if _, _, ok := new(Origins).Lookup(record(t, "6,1,1000000,-;a\n")); ok {
		t.Error("an origin before Start")
	}
}

package targets

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// key makes a key and stores a value.
func (b *bench) key(t *Target, key, value string) {
	b.Helper()
	if !t.HasKey(key) {
		if err := t.MkKey(key); err != nil {
			b.Fatal(err)
		}
	}
	if err := t.StoreKey(key, []byte(value)); err != nil {
		b.Fatal(err)
	}
}

// TestExtraLive changes userdata and sysdata while the target is enabled (corpus cases ud-live, sd-all).
func TestExtraLive(t *testing.T) {
	b := newBench(t, netconsole.Kernel, func(o *Options) { o.Origins = whose{} })
	x := b.enabled("t", "extended=1")
	says := func(text, want string) {
		t.Helper()
		b.log.write(6, text)
		b.arrives(strings.TrimSuffix(";"+text+"\n"+want, "\n"))
	}
	says("one", "")
	b.key(x, "a", "1")
	says("two", " a=1\n")
	b.key(x, "b", "\n")
	b.key(x, "c", "3\n")
	b.key(x, "a", "2")
	says("three", " a=2\n c=3\n")
	b.store(x, "msgid_enabled", "1", 0)
	b.store(x, "msgid_enabled", "1", 0) // no error, unlike that of enabled
	b.store(x, "release_enabled", "1", 0)
	says("four", " a=2\n c=3\n release=7.3.4\n msgid=1\n")
	b.store(x, "enabled", "0", 0)
	b.store(x, "enabled", "1", 0)
	says("five", " a=2\n c=3\n release=7.3.4\n msgid=2\n") // the count goes on
	b.store(x, "cpu_nr_enabled", "1", 0)
	b.store(x, "taskname_enabled", "1", 0)
	b.store(x, "release_enabled", "0", 0)
	says("by=task", " a=2\n c=3\n cpu=7\n taskname=task\n msgid=3\n")
	says("nobody", " a=2\n c=3\n msgid=4\n")
	if err := x.RmKey("a"); err != nil {
		t.Error(err)
	}
	says("six", " c=3\n msgid=5\n")
	if _, err := b.set.Get("t"); !err {
		t.Error("the target is not there")
	}
	if err := b.set.Rmdir("t"); err == nil || !strings.Contains(err.Error(), syscall.ENOTEMPTY.Error()) {
		t.Errorf("removed with keys: %v", err)
	}
	b.adds(x, 8, 0, 0, 0)
}

// whose knows who logged "by=…".
type whose struct{}

func (whose) Start() error { return nil }
func (whose) Close() error { return nil }

func (whose) Lookup(r kmsg.Record) (cpu int, task string, ok bool) {
	task, ok = strings.CutPrefix(string(r.Text), "by=")
	return 7, task, ok
}

func TestFeaturesRefused(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.made("t")
	for _, f := range []string{"cpu_nr_enabled", "taskname_enabled"} {
		b.store(x, f, "0", 0)
		b.store(x, f, "1", syscall.EOPNOTSUPP)
		b.told("enable " + f + ": operation not supported: nothing tells who logged a record: this log is not")
		b.shows(x, f, "0")
	}
}

// TestChurn stores values while records are sent: every datagram has all lines, each whole.
func TestChurn(t *testing.T) {
	b := newBench(t, netconsole.Kernel, nil)
	x := b.enabled("t", "extended=1")
	for _, k := range []string{"a", "b", "c"} {
		b.key(x, k, "0")
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for _, k := range []string{"a", "b", "c"} {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					x.StoreKey(k, []byte(strings.Repeat(fmt.Sprint(i%10), 1+i%100)))
				}
			}
		})
	}
	const n = 300
	for i := range n {
		b.log.write(6, fmt.Sprint("record ", i))
	}
	whole := regexp.MustCompile(`^14,\d+,\d+,-;record \d+\n( [abc]=(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)\n){3}$`)
	for range n {
		if p := b.payload(); !whole.MatchString(p) {
			t.Fatalf("%q", p)
		}
	}
	close(stop)
	wg.Wait()
	b.adds(x, n, 0, 0, 0)
}

// TestLevel filters.
func TestLevel(t *testing.T) {
	b := newBench(t, netconsole.Kernel, func(o *Options) { o.Admit = func(level int) bool { return level < 4 } })
	x := b.enabled("t")
	b.log.write(6, "not")
	b.log.write(3, "this")
	b.arrives("this")
	b.adds(x, 1, 1, 0, 0)
}

// idle knows who logged a record from Start on, as the tracepoint does.
type idle struct {
	whose
	started bool
	why     error
}

func (i *idle) Start() error {
	i.started = i.why == nil
	return i.why
}

func (i *idle) Lookup(r kmsg.Record) (cpu int, task string, ok bool) {
	if !i.started {
		return 0, "", false
	}
	return i.whose.Lookup(r)
}

// TestExtraRestored has a target of an earlier process send what it did.
func TestExtraRestored(t *testing.T) {
	for _, c := range []struct {
		name string
		why  error
		want string
	}{
		{"had", nil, " cpu=7\n taskname=task\n"},
		{"not to be had", syscall.EPERM, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, netconsole.Kernel, func(o *Options) { o.Origins = &idle{why: c.why} })
			old := b.enabled("old", "extended=1")
			v := old.Saved()
			v.Name, v.Features.CPU, v.Features.TaskName = "new", true, true
			b.store(old, "enabled", "0", 0)
			x, err := b.set.Restore(v)
			if err != nil {
				t.Fatal(err)
			}
			b.store(x, "enabled", "1", 0)
			b.log.write(6, "by=task")
			b.arrives(strings.TrimSuffix(";by=task\n"+c.want, "\n"))
			if got := x.Saved().Features; got != v.Features {
				t.Errorf("features %+v, want %+v", got, v.Features)
			}
		})
	}
}

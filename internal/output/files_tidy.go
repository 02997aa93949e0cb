package output

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// tidier compresses, in the background, files that were put aside, and deletes
// the oldest.
type tidier struct {
	dir    string
	keep   int // 0: all
	report func(string)

	mu     sync.Mutex
	todo   map[string]bool // names of host files
	failed bool            // told, and not over

	wake chan struct{}
	stop chan struct{} // closed: no more
	quit chan struct{} // closed: not even what has begun
	done chan struct{}
}

func newTidier(dir string, keep int, report func(string)) *tidier {
	t := &tidier{
		dir: dir, keep: keep, report: report, todo: make(map[string]bool), wake: make(chan struct{}, 1),
		stop: make(chan struct{}), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go t.run()
	return t
}

// add has the files put aside from a host's file seen to; aside is one of them.
func (t *tidier) add(aside string) {
	host, _, ok := asideHost(aside)
	if !ok {
		return
	}
	t.mu.Lock()
	t.todo[host] = true
	t.mu.Unlock()
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// asideHost returns the name of the file that a file was put aside from, and
// when that was.
func asideHost(name string) (host string, at time.Time, ok bool) {
	name = strings.TrimSuffix(name, gzSuffix)
	i := len(name) - len(asideTime) - 1
	if i < 0 || name[i] != '.' || !strings.HasSuffix(name[:i], logSuffix) {
		return "", time.Time{}, false
	}
	at, err := time.Parse(asideTime, name[i+1:])
	return name[:i], at, err == nil
}

func (t *tidier) run() {
	defer close(t.done)
	for {
		select {
		case <-t.wake:
		case <-t.stop:
			t.work()
			return
		}
		t.work()
	}
}

func (t *tidier) work() {
	t.mu.Lock()
	todo := t.todo
	t.todo = make(map[string]bool)
	t.mu.Unlock()
	if len(todo) == 0 {
		return
	}
	err := t.tidy(todo)
	if err != nil && !t.failed {
		t.report(fmt.Sprintf("compress old host files: %v (%s): they stay as they are for now", err, fileRemedy(err)))
	}
	t.failed = err != nil
}

// tidy goes through the directory once. What an earlier process left behind is
// seen to as well.
func (t *tidier) tidy(hosts map[string]bool) (first error) {
	list, err := os.ReadDir(t.dir)
	if err != nil {
		return err
	}
	aside := make(map[string][]string)
	for _, e := range list {
		if host, _, ok := asideHost(e.Name()); ok && hosts[host] && e.Type().IsRegular() {
			aside[host] = append(aside[host], e.Name())
		}
	}
	for _, names := range aside {
		slices.Sort(names)
		for i, name := range names {
			var err error
			path := filepath.Join(t.dir, name)
			switch {
			case t.keep > 0 && i < len(names)-t.keep:
				err = os.Remove(path)
			case !strings.HasSuffix(name, gzSuffix):
				err = compress(path, t.quit)
			}
			if err != nil && first == nil {
				first = err
			}
		}
	}
	return first
}

// close lets the tidier finish, for at most limit.
func (t *tidier) close(limit time.Duration) {
	close(t.stop)
	select {
	case <-t.done:
	case <-time.After(limit):
		close(t.quit)
		<-t.done
	}
}

package output

import (
	"container/list"
	"errors"
	"os"
	"syscall"
)

// fileTable holds the open files, of which it closes the one that was not
// written to for longest when there are too many.
type fileTable struct {
	limit  int
	byName map[string]*list.Element
	recent list.List // of *hostLog, latest first
}

func newFileTable(limit int) fileTable {
	return fileTable{limit: limit, byName: make(map[string]*list.Element)}
}

// get returns an open file, or nil.
func (t *fileTable) get(name string) *hostLog {
	e := t.byName[name]
	if e == nil {
		return nil
	}
	t.recent.MoveToFront(e)
	return e.Value.(*hostLog)
}

// open opens a file that is not in the table. Where the process has no
// descriptor left, the table makes do with fewer from then on.
func (t *fileTable) open(dir, name string, flags int) (*hostLog, error) {
	f, err := openHostLog(dir, name, flags)
	for (errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)) && len(t.byName) > 0 {
		t.limit = max(1, len(t.byName)/2)
		t.shrink(t.limit)
		f, err = openHostLog(dir, name, flags)
	}
	if err != nil {
		return nil, err
	}
	t.shrink(t.limit - 1)
	t.byName[name] = t.recent.PushFront(f)
	return f, nil
}

// shrink closes files until n are open.
func (t *fileTable) shrink(n int) {
	for len(t.byName) > n {
		t.drop(t.recent.Back().Value.(*hostLog).name)
	}
}

// drop closes a file.
func (t *fileTable) drop(name string) {
	if e := t.byName[name]; e != nil {
		t.recent.Remove(e).(*hostLog).file.Close()
		delete(t.byName, name)
	}
}

func (t *fileTable) closeAll() { t.shrink(0) }

// openLimit is how many descriptors the process may have.
func openLimit() int {
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
		return 256
	}
	return int(min(r.Cur, 1<<20))
}

// regular refuses what is no file: writing to a pipe would wait for its reader.
func regular(f *os.File) (os.FileInfo, error) {
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = &os.PathError{Op: "write", Path: f.Name(), Err: errors.New("not a regular file (remove it)")}
	}
	return st, err
}

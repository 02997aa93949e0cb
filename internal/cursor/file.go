package cursor

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
)

// maxLines bounds the targets that a file is read for.
const maxLines = 256

// A File holds the cursors of a run's targets. Only one process may have it.
type File struct {
	f     *os.File
	mu    sync.Mutex
	lines []line
	err   error // the first failure to write
}

// Open opens or makes a file for targets in the boot of that id. Lines of other
// targets are kept if they are of the same boot. It fails on a file that is no
// cursor, and on one in use.
func Open(path, boot string, targets []string) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	c := &File{f: f}
	if err := c.load(boot, targets); err != nil {
		f.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return c, nil
}

func (c *File) load(boot string, targets []string) error {
	if err := lock(c.f); err != nil {
		return fmt.Errorf("in use by another process: %w", err)
	}
	b := make([]byte, lineLen*maxLines)
	n, err := io.ReadFull(c.f, b)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	if b = b[:n]; n+len(targets)*lineLen > cap(b) {
		return fmt.Errorf("too long for a cursor of at most %d targets (name another file, or remove this one)", maxLines)
	}
	old, err := parse(b)
	if err != nil {
		return fmt.Errorf("%w (name another file, or remove this one)", err)
	}
	// A line stays at its place: were it moved, an end in between could
	// take it away.
	for i := range old {
		if old[i].boot != boot {
			old[i].target = ""
		}
	}
	c.lines = old
	for _, t := range targets {
		if len((line{boot: boot, target: t, State: State{1 << 63, 1 << 63}}).append(nil)) != lineLen {
			return fmt.Errorf("target %s is too long for a cursor", t)
		}
	}
	return nil
}

// Target returns the cursor of a target, and whether it has been somewhere in
// this boot.
func (c *File) Target(boot, target string) (*Target, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	find := func(name string) int { return slices.IndexFunc(c.lines, func(l line) bool { return l.target == name }) }
	i := find(target)
	known := i >= 0
	if !known {
		if i = find(""); i < 0 {
			i = len(c.lines)
			c.lines = append(c.lines, line{})
		}
		c.lines[i] = line{boot: boot, target: target}
	}
	return &Target{file: c, at: int64(i) * lineLen, line: c.lines[i], buf: make([]byte, 0, lineLen)}, known
}

// Err returns why cursors could not be written, if so.
func (c *File) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close closes the file.
func (c *File) Close() error { return c.f.Close() }

// A Target is the cursor of one target. Its methods must not be called at the
// same time, but those of several Targets may.
type Target struct {
	file    *File
	at      int64
	line    line
	written State
	any     bool // written is what the file has
	buf     []byte
}

// State returns how far the target has got.
func (t *Target) State() State { return t.line.State }

// Sending notes, before frames are handed over, that all records before doubt
// may have been sent from now on.
func (t *Target) Sending(doubt uint64) {
	t.line.Doubt = max(t.line.Next, doubt)
	t.write()
}

// Settled notes that all records before next have their outcome.
func (t *Target) Settled(next uint64) {
	t.line.Next = max(t.line.Next, next)
	t.line.Doubt = max(t.line.Next, t.line.Doubt)
	t.write()
}

func (t *Target) write() {
	if t.any && t.written == t.line.State {
		return
	}
	t.buf = t.line.append(t.buf[:0])
	if _, err := t.file.f.WriteAt(t.buf, t.at); err != nil {
		t.file.mu.Lock()
		defer t.file.mu.Unlock()
		if t.file.err == nil {
			t.file.err = err
		}
		return
	}
	t.written, t.any = t.line.State, true
}

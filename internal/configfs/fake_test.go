package configfs

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"syscall"
)

// fakeModel keeps bytes as they are written, and remembers every store.
type fakeModel struct {
	mu      sync.Mutex
	names   []string
	targets map[string]*fakeTarget
	block   chan struct{} // if not nil, stores of "block" wait for it
}

type fakeTarget struct {
	m      *fakeModel
	gone   bool
	values map[Attr][]byte
	keys   []string
	count  counts
}

type counts struct {
	shows, stores int
	from          int // of the last store
}

func newFake() *fakeModel { return &fakeModel{targets: map[string]*fakeTarget{}} }

func (m *fakeModel) Names() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.names)
}

func (m *fakeModel) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.names)
}

func (m *fakeModel) Target(name string) (Target, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.targets[name]
	return t, ok
}

func (m *fakeModel) Mkdir(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.targets[name] != nil {
		return syscall.EEXIST
	}
	m.targets[name] = &fakeTarget{m: m, values: map[Attr][]byte{}}
	m.names = append(m.names, name)
	return nil
}

func (m *fakeModel) Rmdir(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.targets[name]
	switch {
	case t == nil:
		return syscall.ENOENT
	case len(t.keys) > 0:
		return syscall.ENOTEMPTY
	}
	t.gone = true
	delete(m.targets, name)
	m.names = slices.DeleteFunc(m.names, func(s string) bool { return s == name })
	return nil
}

func (m *fakeModel) Report(name string) ([]byte, error) { return []byte("report " + name + "\n"), nil }

func (t *fakeTarget) Show(a Attr) (string, error) {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	if t.gone {
		return "", syscall.ENOENT
	}
	t.count.shows++
	return string(t.values[a]) + "\n", nil
}

func (t *fakeTarget) Store(ctx context.Context, a Attr, b []byte, from int) error {
	if t.m.block != nil && string(b) == "block" {
		select {
		case <-t.m.block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	switch {
	case t.gone:
		return syscall.ENOENT
	case string(b) == "refuse":
		return syscall.EINVAL
	}
	t.count.stores++
	t.count.from = from
	t.values[a] = bytes.Clone(b)
	return nil
}

func (t *fakeTarget) counts() counts {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	return t.count
}

func (t *fakeTarget) value(a Attr) string {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	return string(t.values[a])
}

func (t *fakeTarget) Keys() []string {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	return slices.Clone(t.keys)
}

func (t *fakeTarget) HasKey(key string) bool { return slices.Contains(t.Keys(), key) }

func (t *fakeTarget) MkKey(key string) error {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	switch {
	case t.gone:
		return syscall.ENOENT
	case len(key) > 53:
		return syscall.ENAMETOOLONG
	case slices.Contains(t.keys, key):
		return syscall.EEXIST
	}
	t.keys = append(t.keys, key)
	return nil
}

func (t *fakeTarget) RmKey(key string) error {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	i := slices.Index(t.keys, key)
	if i < 0 {
		return syscall.ENOENT
	}
	t.keys = slices.Delete(t.keys, i, i+1)
	delete(t.values, Attr{File: "value", Key: key})
	return nil
}

func mustTarget(m *fakeModel, name string) *fakeTarget {
	t, _ := m.Target(name)
	return t.(*fakeTarget)
}

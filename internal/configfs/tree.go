package configfs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"syscall"

	"netkmsg/internal/targets"
)

// A tree is the Model of a set of targets.
type tree struct {
	set     *targets.Set
	changed func() // called after everything that came by way of the tree and may have changed something; does not block

	mu   sync.Mutex
	owed map[*targets.Target]bool // restored as enabled, could not be, and nobody has written enabled since
}

func newTree(set *targets.Set, changed func()) *tree {
	return &tree{set: set, changed: changed, owed: map[*targets.Target]bool{}}
}

// done tells of a change if there was one; a value that was refused may have been stored in part.
func (t *tree) done(err error) error {
	t.changed()
	return err
}

func (t *tree) Names() []string {
	list := t.set.List()
	names := make([]string, len(list))
	for i, g := range list {
		names[i] = g.Name()
	}
	return names
}

func (t *tree) Len() int { return t.set.Len() }

func (t *tree) Target(name string) (Target, bool) {
	g, ok := t.set.Get(name)
	return branch{g, t}, ok
}

func (t *tree) Mkdir(name string) error {
	_, err := t.set.Mkdir(name)
	return t.done(err)
}

func (t *tree) Rmdir(name string) error {
	g, _ := t.set.Get(name)
	err := t.set.Rmdir(name)
	if err == nil {
		t.owe(g, false)
	}
	return t.done(err)
}

func (t *tree) Report(name string) ([]byte, error) {
	switch name {
	case "config":
		return configReport(t.set.All()), nil
	case "log":
		return logReport(t.set.All()), nil
	case "state":
		return t.state(), nil
	case "status":
		return statusReport(t.set.All())
	}
	return nil, fmt.Errorf("no report %q: %w", name, syscall.ENOENT)
}

// restore makes the targets that were there before, in their order. One that cannot be enabled does not keep the others
// from it, and is still to be enabled at the next restart.
func (t *tree) restore(ctx context.Context, list []targets.Saved, log *slog.Logger) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, enableMax)
	for _, saved := range list {
		g, err := t.set.Restore(saved)
		if err != nil {
			log.Error("a target is not restored", "err", err)
			continue
		}
		if !saved.Wanted {
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			if g.Store(ctx, enabled, []byte("1"), 0) != nil { // the reason is in the log
				t.owe(g, true)
			}
			<-slots
		})
	}
	wg.Wait()
}

func (t *tree) owe(g *targets.Target, owed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if owed {
		t.owed[g] = true
	} else {
		delete(t.owed, g)
	}
}

// state returns all that outlives the process, as Parse reads it.
func (t *tree) state() []byte {
	list := t.set.List()
	saved := make([]targets.Saved, len(list))
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, g := range list {
		saved[i] = g.Saved()
		saved[i].Wanted = saved[i].Wanted || t.owed[g]
	}
	return Format(saved)
}

// A branch is a target of a tree.
type branch struct {
	*targets.Target
	tree *tree
}

func (b branch) Show(a Attr) (s string, err error) {
	if a.Key != "" {
		return b.ShowKey(a.Key)
	}
	return b.Target.Show(a.File)
}

func (b branch) Store(ctx context.Context, a Attr, data []byte, from int) error {
	if a.Key != "" {
		return b.tree.done(b.StoreKey(a.Key, data))
	}
	if a.File == enabled {
		b.tree.owe(b.Target, false)
	}
	return b.tree.done(b.Target.Store(ctx, a.File, data, from))
}

func (b branch) MkKey(key string) error { return b.tree.done(b.Target.MkKey(key)) }
func (b branch) RmKey(key string) error { return b.tree.done(b.Target.RmKey(key)) }

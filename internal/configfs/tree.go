package configfs

import (
	"context"
	"fmt"
	"syscall"

	"netkmsg/internal/targets"
)

// Tree returns the Model of a set of targets. changed is called after everything that changed the set or a target by way
// of the tree; it must not block.
func Tree(set *targets.Set, changed func()) Model { return &tree{set, changed} }

type tree struct {
	set     *targets.Set
	changed func()
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

func (t *tree) Rmdir(name string) error { return t.done(t.set.Rmdir(name)) }

func (t *tree) Report(name string) ([]byte, error) {
	switch name {
	case "config":
		return configReport(t.set.All()), nil
	case "log":
		return logReport(t.set.All()), nil
	case "state":
		return State(t.set), nil
	case "status":
		return statusReport(t.set.All())
	}
	return nil, fmt.Errorf("no report %q: %w", name, syscall.ENOENT)
}

// State returns all of a set that outlives the process, as Parse reads it.
func State(set *targets.Set) []byte {
	list := set.List()
	saved := make([]targets.Saved, len(list))
	for i, g := range list {
		saved[i] = g.Saved()
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
	return b.tree.done(b.Target.Store(ctx, a.File, data, from))
}

func (b branch) MkKey(key string) error { return b.tree.done(b.Target.MkKey(key)) }
func (b branch) RmKey(key string) error { return b.tree.done(b.Target.RmKey(key)) }

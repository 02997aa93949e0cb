package configfs

import (
	"sync"
	"time"
)

// A table numbers the directories that were made.
type table struct {
	mu      sync.RWMutex
	last    uint64 // serial number
	dirs    map[uint64]*dir
	targets map[Target]*dir
	meta    map[nodeID]meta // what chmod, chown and utimes changed
}

func newTable() *table {
	return &table{dirs: map[uint64]*dir{}, targets: map[Target]*dir{}, meta: map[nodeID]meta{}}
}

// node returns what a number stands for; false if it is gone.
func (t *table) node(id nodeID) (node, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.resolve(id)
}

// target returns the directory of a target, numbering it when it is seen for the first time.
func (t *table) target(of Target) *dir {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.targets[of]
	if d == nil {
		d = t.add(&dir{target: of})
		t.targets[of] = d
	}
	return d
}

// key does the same for a key of a target; nil if the target is gone.
func (t *table) key(of *dir, name string) *dir {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dirs[of.id.serial()] != of {
		return nil
	}
	d := of.keys[name]
	if d == nil {
		d = t.add(&dir{target: of.target, key: name})
		if of.keys == nil {
			of.keys = map[string]*dir{}
		}
		of.keys[name] = d
	}
	return d
}

func (t *table) add(d *dir) *dir {
	t.last++
	d.id = nodeID(t.last << slotBits)
	d.born = time.Now().Unix()
	t.dirs[t.last] = d
	return d
}

// dropTarget ends the numbers of a target and all in it.
func (t *table) dropTarget(of Target) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.targets[of]
	if d == nil {
		return
	}
	delete(t.targets, of)
	t.drop(d)
	for _, k := range d.keys {
		t.drop(k)
	}
}

// dropKey ends the numbers of a key.
func (t *table) dropKey(of *dir, name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k := of.keys[name]; k != nil {
		delete(of.keys, name)
		t.drop(k)
	}
}

func (t *table) drop(d *dir) {
	delete(t.dirs, d.id.serial())
	if len(t.meta) > 0 {
		for slot := range slotMask + 1 {
			delete(t.meta, d.id.at(slot))
		}
	}
}

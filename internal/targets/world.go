package targets

import (
	"context"
	"net/netip"
	"os"
	"sync"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
	"netkmsg/internal/netpoll"
)

// A namespace is a network namespace that functions can be run in. Its id is comparable.
type namespace struct {
	id    any
	do    func(func() error) error
	close func()
}

func here(f func() error) error { return f() }

// A world is a network namespace in which there are targets: it tells them what happens to devices.
type world struct {
	namespace
	users int                // under worlds.mu
	stop  context.CancelFunc // of the watch

	open   sync.RWMutex // read-locked while the namespace is used
	closed bool

	mu      sync.Mutex
	links   []netdev.Link
	targets map[*Target]struct{}
}

// run runs f in the namespace, unless nobody is in the world any more.
func (w *world) run(f func() error) error {
	w.open.RLock()
	defer w.open.RUnlock()
	if w.closed {
		return os.ErrClosed
	}
	return w.do(f)
}

// worlds are those in use.
type worlds struct {
	mu sync.Mutex
	by map[any]*world
}

// enter finds the world of a process's network namespace for a target. The target leaves it when it has ended.
func (ws *worlds) enter(pid int, t *Target) (*world, error) {
	ns, err := openNamespace(pid)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w := ws.by[ns.id]
	if w != nil {
		ns.close()
	} else if w, err = newWorld(ns); err != nil {
		ns.close()
		return nil, err
	}
	if ws.by == nil {
		ws.by = map[any]*world{}
	}
	ws.by[ns.id] = w
	w.users++
	w.mu.Lock()
	defer w.mu.Unlock()
	w.targets[t] = struct{}{}
	return w, nil
}

// leave undoes enter.
func (ws *worlds) leave(w *world, t *Target) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w.mu.Lock()
	delete(w.targets, t)
	w.mu.Unlock()
	if w.users--; w.users == 0 {
		delete(ws.by, w.id)
		w.stop()
		w.open.Lock()
		defer w.open.Unlock()
		w.closed = true
		w.close()
	}
}

func newWorld(ns namespace) (*world, error) {
	ctx, stop := context.WithCancel(context.Background())
	w := &world{namespace: ns, stop: stop, targets: map[*Target]struct{}{}}
	var changed <-chan struct{}
	err := w.run(func() (err error) {
		if changed, err = netdev.WatchAll(ctx); err == nil {
			w.links, err = netdev.Links()
		}
		return err
	})
	if err != nil {
		stop()
		return nil, err
	}
	go func() {
		for range changed {
			w.refresh()
			w.readdress()
		}
	}()
	return w, nil
}

// refresh looks at all devices and tells the targets what has changed since the last time.
func (w *world) refresh() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refreshLocked()
}

func (w *world) refreshLocked() {
	var now []netdev.Link
	if w.run(func() (err error) { now, err = netdev.Links(); return err }) != nil {
		return // the world has ended, or the kernel has no memory: the next change tells
	}
	changes := netdev.Changes(w.links, now)
	w.links = now
	if len(changes) > 0 {
		for t := range w.targets {
			t.happened(changes)
		}
	}
}

// look makes sure that a target knows how its device is now, though the kernel's word of a change is still on its way, or
// came when the target had not yet the device.
func (w *world) look(t *Target) {
	was := t.device()
	var l netdev.Link
	err := w.run(func() (err error) { l, err = netdev.ByIndex(was.Index); return err })
	if err == nil && l == was {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refreshLocked()
	was = t.device()
	for _, l := range w.links {
		if l.Index == was.Index {
			t.happened(netdev.Changes([]netdev.Link{was}, []netdev.Link{l}))
			return
		}
	}
	t.happened([]netdev.Change{{Kind: netdev.Gone, Old: was}})
}

// readdress tells targets of the helpful policy whether the source address that was chosen for them is still there.
func (w *world) readdress() {
	w.mu.Lock()
	defer w.mu.Unlock()
	type key struct {
		index int
		four  bool
	}
	have := map[key][]netip.Addr{}
	for t := range w.targets {
		remote, ok := t.concerned()
		if !ok {
			continue
		}
		for _, l := range w.links {
			if !t.uses(l) {
				continue
			}
			k := key{l.Index, remote.Is4()}
			if _, ok := have[k]; !ok {
				if w.run(func() (err error) { have[k], err = netpoll.Addresses(l.Index, remote); return err }) != nil {
					continue
				}
			}
			t.addressed(have[k], l)
		}
	}
}

// device turns a link into what the life of a target depends on.
func device(l netdev.Link) netconsole.Device {
	return netconsole.Device{Name: l.Name, MAC: l.MAC, Up: l.Up, Carrier: l.Carrier, Master: l.MasterName}
}

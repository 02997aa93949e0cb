package targets

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/netdev"
)

// A Target is one receiver of the log. It costs next to nothing while it is disabled.
type Target struct {
	set   *Set
	name  string
	place int // in set.order

	account netconsole.Account
	refused atomic.Uint64 // frames that the device did not take

	// op is held while the target is enabled or disabled, which may take seconds, and while an attribute is stored. It is
	// taken before mu. Whoever holds it may wait for a device, for the log and for the sender.
	op chan struct{}

	mu       sync.Mutex
	removed  bool
	attrs    netconsole.Attributes
	chosen   bool // the source address in attrs was chosen, not given
	userdata netconsole.Userdata
	features netconsole.Features
	life     netconsole.Life
	msgid    uint32 // last of the sessions before
	events   diary

	session *session           // while it is enabled, or waits and keeps records
	world   *world             // in which it was enabled last
	link    netdev.Link        // of the device that is open
	resume  context.CancelFunc // ends a try to get the device back
	abort   context.CancelFunc // ends any try to get a device, for a target that is removed
	timer   *time.Timer        // of the next one
	wake    chan struct{}      // closed when the life has changed; nil if nobody waits for that
}

func newTarget(s *Set, name string, a netconsole.Attributes) *Target {
	return &Target{set: s, name: name, attrs: a, op: make(chan struct{}, 1), life: netconsole.Life{Policy: s.o.Policy}}
}

// Name is the name of the target's directory.
func (t *Target) Name() string { return t.name }

// Show returns the contents of a file of the target's directory or of its userdata directory (cpu_nr_enabled …):
// ENOENT if there is none of that name, or the target was removed.
func (t *Target) Show(file string) (string, error) {
	switch file {
	case "enabled", "dev_name", "local_mac":
		t.look()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return "", t.fail(file, syscall.ENOENT)
	}
	switch file {
	case "enabled":
		if t.life.State().On() {
			return "1\n", nil
		}
		return "0\n", nil
	case "local_mac":
		if t.life.State().On() {
			return t.link.MAC.String() + "\n", nil
		}
		return "ff:ff:ff:ff:ff:ff\n", nil
	case "transmit_errors":
		return fmt.Sprintln(t.refused.Load()), nil
	}
	if s, ok := t.attrs.Show(file); ok {
		return s, nil
	}
	if s, ok := t.features.Show(file); ok {
		return s, nil
	}
	return "", t.fail(file, syscall.ENOENT)
}

// look makes sure that what is known of the open device is what it is now.
func (t *Target) look() {
	t.mu.Lock()
	w, on := t.world, t.life.State().On()
	t.mu.Unlock()
	if on && w != nil {
		w.look(t)
	}
}

// Store does what one write(2) of data to such a file does. A target is enabled in the network namespace of the process
// pid, 0 being our own; that may wait for a carrier until ctx ends. What the kernel would tell in its log of a write that
// it refuses is told in ours.
func (t *Target) Store(ctx context.Context, file string, data []byte, pid int) error {
	if _, ok := t.features.Show(file); ok {
		return t.told(file, t.storeFeature(file, data))
	}
	if _, ok := netconsole.ParseBool(data); ok && file == "enabled" {
		t.hurry()
	}
	if err := t.lock(ctx); err != nil {
		return fmt.Errorf("write %s of target %q: %w", file, t.name, err)
	}
	defer t.unlock()
	if file == "enabled" {
		return t.told(file, t.storeEnabled(ctx, data, pid))
	}
	t.look()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return t.fail(file, syscall.ENOENT)
	}
	local := t.attrs.Local()
	err := t.attrs.Store(file, data, t.life.State().On())
	if file == "local_ip" || t.attrs.Local() != local {
		t.chosen = false
	}
	return t.told(file, err)
}

// lock takes op.
func (t *Target) lock(ctx context.Context) error {
	select {
	case t.op <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *Target) unlock() { <-t.op }

// remove ends the target for good.
func (t *Target) remove() error {
	t.mu.Lock()
	switch {
	case t.removed:
		t.mu.Unlock()
		return syscall.ENOENT
	case t.userdata.Len() > 0:
		t.mu.Unlock()
		return syscall.ENOTEMPTY
	}
	t.removed = true
	if t.abort != nil {
		t.abort()
	}
	t.mu.Unlock()
	t.hurry()
	t.op <- struct{}{}
	defer t.unlock()
	t.mu.Lock()
	t.life = netconsole.Life{} // disabled, without a word
	t.mu.Unlock()
	t.stop(t.set.over())
	return nil
}

func (t *Target) fail(what string, e syscall.Errno) error {
	return fmt.Errorf("%s of target %q: %w", what, t.name, e)
}

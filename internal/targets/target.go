package targets

import (
	"context"
	"fmt"
	"sync"
	"syscall"

	"netkmsg/internal/netconsole"
)

// A Target is one receiver of the log. It costs next to nothing while it is disabled.
type Target struct {
	set   *Set
	name  string
	place int // in set.order

	mu       sync.Mutex
	removed  bool
	attrs    netconsole.Attributes
	userdata netconsole.Userdata
	features netconsole.Features
}

func newTarget(s *Set, name string, a netconsole.Attributes) *Target {
	return &Target{set: s, name: name, attrs: a}
}

// Name is the name of the target's directory.
func (t *Target) Name() string { return t.name }

// Show returns the contents of a file of the target's directory or of its userdata directory (cpu_nr_enabled …):
// ENOENT if there is none of that name, or the target was removed.
func (t *Target) Show(file string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return "", t.fail(file, syscall.ENOENT)
	}
	switch file {
	case "enabled":
		return "0\n", nil
	case "local_mac":
		return "ff:ff:ff:ff:ff:ff\n", nil
	case "transmit_errors":
		return "0\n", nil
	}
	if s, ok := t.attrs.Show(file); ok {
		return s, nil
	}
	if s, ok := t.features.Show(file); ok {
		return s, nil
	}
	return "", t.fail(file, syscall.ENOENT)
}

// Store does what one write(2) of data to such a file does. A target is enabled in the network namespace of the process
// pid, 0 being our own; that may wait for a carrier until ctx ends.
func (t *Target) Store(ctx context.Context, file string, data []byte, pid int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return t.fail(file, syscall.ENOENT)
	}
	if _, ok := t.features.Show(file); ok {
		return t.features.Store(file, data)
	}
	return t.attrs.Store(file, data, false)
}

// Keys returns the keys of userdata in the order in which they were made.
func (t *Target) Keys() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.userdata.Keys()
}

// HasKey reports whether the key was made.
func (t *Target) HasKey(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.userdata.Has(key)
}

// MkKey makes a key: EEXIST, ENAMETOOLONG, ENOSPC, and ENOENT if the target was removed.
func (t *Target) MkKey(key string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return t.fail(key, syscall.ENOENT)
	}
	return t.userdata.Make(key)
}

// RmKey removes a key and its value.
func (t *Target) RmKey(key string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.userdata.Remove(key)
}

// ShowKey returns the contents of a key's value.
func (t *Target) ShowKey(key string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.userdata.Show(key); ok {
		return s, nil
	}
	return "", t.fail(key, syscall.ENOENT)
}

// StoreKey does what one write(2) of data to a key's value does.
func (t *Target) StoreKey(key string, data []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.userdata.Store(key, data)
}

// Status returns what the target is doing.
func (t *Target) Status() Status { return Status{Name: t.name} }

// Events returns the latest lines about the target in the log, oldest first.
func (t *Target) Events() []Event { return nil }

// Config returns the target as a netconsole= line. What such a line cannot hold is left out.
func (t *Target) Config() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.attrs.Target().String()
}

// remove ends the target for good.
func (t *Target) remove() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.removed:
		return syscall.ENOENT
	case t.userdata.Len() > 0:
		return syscall.ENOTEMPTY
	}
	t.removed = true
	return nil
}

func (t *Target) fail(what string, e syscall.Errno) error {
	return fmt.Errorf("%s of target %q: %w", what, t.name, e)
}

package targets

import (
	"errors"
	"fmt"
	"syscall"

	"netkmsg/kmsg"
)

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
	return t.told(key, t.userdata.Make(key))
}

// RmKey removes a key and its value.
func (t *Target) RmKey(key string) error {
	return t.change(key, func() error { return t.userdata.Remove(key) })
}

// ShowKey returns the contents of a key's value.
func (t *Target) ShowKey(key string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.userdata.Show(key); ok && !t.removed {
		return s, nil
	}
	return "", t.fail(key, syscall.ENOENT)
}

// StoreKey does what one write(2) of data to a key's value does.
func (t *Target) StoreKey(key string, data []byte) error {
	return t.change(key, func() error { return t.userdata.Store(key, data) })
}

// errOrigins refuses features for which there is no source.
var errOrigins = errors.New("nothing tells who logged a record")

func (t *Target) storeFeature(file string, data []byte) error {
	return t.change(file, func() error {
		was := t.features
		err := t.features.Store(file, data)
		if f := t.features; f.CPU && !was.CPU || f.TaskName && !was.TaskName {
			if why := t.set.o.origins(); why != nil {
				t.features = was
				return fmt.Errorf("enable %s: %w: %w: %w", file, syscall.EOPNOTSUPP, errOrigins, why)
			}
		}
		return err
	})
}

// origins makes sure that origins are to be had, or tells why not.
func (o *Options) origins() error {
	if o.Origins == nil {
		return errors.New("this log is not the kernel's own")
	}
	return o.Origins.Start()
}

// change changes what is appended to records. A sender takes it up with its next record, all at once.
func (t *Target) change(what string, f func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return t.fail(what, syscall.ENOENT)
	}
	if err := f(); err != nil {
		return t.told(what, err)
	}
	if t.session == nil {
		return nil
	}
	b, err := t.extra().Block()
	if err == nil {
		t.session.extra.Store(b)
	}
	return err
}

// extra is what is appended to records at present.
func (t *Target) extra() kmsg.Extra {
	e := kmsg.Extra{
		Userdata: t.userdata.Lines(),
		CPU:      t.features.CPU,
		TaskName: t.features.TaskName,
		MsgID:    t.features.MsgID,
	}
	if t.features.Release {
		e.SysRelease = t.set.o.Release
	}
	return e
}

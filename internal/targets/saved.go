package targets

import (
	"context"

	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// Saved is all of a target that outlives the process.
type Saved struct {
	Name       string
	Attributes netconsole.Attributes
	Chosen     bool // the source address in Attributes was chosen, not given
	Features   netconsole.Features
	Userdata   []kmsg.Userdata // not to be changed
	Wanted     bool            // somebody enabled it
}

// Saved returns what Restore needs to make the target again, as of one moment.
func (t *Target) Saved() Saved {
	st := t.Status()
	t.mu.Lock()
	defer t.mu.Unlock()
	return Saved{t.name, t.attrs, st.Chosen, t.features, t.userdata.Lines(), st.Wanted}
}

// Restore makes a target as it was saved, and enables it if it was. It fails if the target cannot be made: EEXIST and
// the other errors of Mkdir. One that cannot be enabled stays, disabled or waiting, and the reason is in the log.
func (s *Set) Restore(ctx context.Context, v Saved) error {
	t, err := s.Mkdir(v.Name)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.attrs = v.Attributes
	t.features = v.Features
	t.userdata = netconsole.UserdataOf(v.Userdata)
	t.mu.Unlock()
	if v.Wanted {
		_ = t.Store(ctx, "enabled", []byte("1"), 0)
	}
	return nil
}

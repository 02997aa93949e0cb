package targets

import (
	"cmp"
	"maps"
	"slices"

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
	t.mu.Lock()
	defer t.mu.Unlock()
	wanted := t.life.State() != netconsole.Disabled
	return Saved{t.name, t.attrs, t.chosen, t.features, t.userdata.Lines(), wanted}
}

// Restore makes a target as it was saved, but not enabled yet. It fails as Mkdir does. Features that cannot be had any more
// are kept, and told.
func (s *Set) Restore(v Saved) (*Target, error) {
	t, err := s.Mkdir(v.Name)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.attrs, t.chosen = v.Attributes, v.Chosen
	t.features = v.Features
	if f := v.Features; f.CPU || f.TaskName {
		if why := s.o.origins(); why != nil {
			t.logger().Warn("who logged a record is not told", "why", why)
		}
	}
	t.userdata = netconsole.UserdataOf(v.Userdata)
	return t, nil
}

// All returns the targets of List and then those of the command line that are not made yet.
func (s *Set) All() []*Target {
	all := s.List()
	s.mu.RLock()
	defer s.mu.RUnlock()
	hidden := slices.SortedFunc(maps.Values(s.hidden), func(a, b *Target) int {
		return cmp.Or(cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.name, b.name))
	})
	return append(all, hidden...)
}

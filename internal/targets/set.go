package targets

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// A Set holds targets by name.
type Set struct {
	o Options

	mu     sync.RWMutex
	byName map[string]*Target
	order  []*Target          // as they were made; nil where one was removed
	gone   int                // how many of these are nil
	hidden map[string]*Target // from the command line, until they are made

	worlds worlds
	ids    atomic.Uint32   // netpoll's counter of IPv4 packets
	ctx    context.Context // done when the Set is closed
	end    context.CancelFunc

	closing sync.Once
	ending  sync.WaitGroup // sessions that end in the background

	logMu sync.Mutex
	log   *backlog
}

// New returns a Set without targets.
func New(o Options) *Set {
	if o.Release == "" {
		b, _ := os.ReadFile("/proc/sys/kernel/osrelease")
		o.Release = strings.TrimSpace(string(b))
	}
	s := &Set{o: o, byName: map[string]*Target{}, hidden: map[string]*Target{}}
	s.ids.Store(uint32(o.IPv4ID) - 1)
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

func (s *Set) nextID() uint16 { return uint16(s.ids.Add(1)) }

// Start opens the log. Without it the first target that is enabled does.
func (s *Set) Start() error {
	_, err := s.backlog()
	return err
}

func (s *Set) backlog() (*backlog, error) {
	s.logMu.Lock()
	defer s.logMu.Unlock()
	if s.log != nil {
		return s.log, nil
	}
	source, probe := s.o.Source, s.o.Probe
	if source == nil {
		source = func() (kmsg.Source, error) { return kmsg.OpenDevice("/dev/kmsg", kmsg.New) }
		probe = source
	}
	var err error
	s.log, err = newBacklog(source, probe)
	return s.log, err
}

// Mkdir makes a target with the kernel's defaults, or makes one of the command line visible: EEXIST, EINVAL for what is
// no name of a directory, ENAMETOOLONG.
func (s *Set) Mkdir(name string) (*Target, error) {
	switch {
	case name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00"):
		return nil, fmt.Errorf("make target %q: %w", name, syscall.EINVAL)
	case len(name) > nameMax:
		return nil, fmt.Errorf("make target %q: %w", name, syscall.ENAMETOOLONG)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName[name] != nil {
		return nil, fmt.Errorf("make target %q: %w", name, syscall.EEXIST)
	}
	t := s.hidden[name]
	if t == nil {
		t = newTarget(s, name, netconsole.DefaultAttributes())
	}
	delete(s.hidden, name)
	s.byName[name] = t
	t.place = len(s.order)
	s.order = append(s.order, t)
	return t, nil
}

// nameMax is NAME_MAX.
const nameMax = 255

// Rmdir ends a target, enabled or not, and forgets it: ENOENT, ENOTEMPTY if it has keys of userdata.
func (s *Set) Rmdir(name string) error {
	s.mu.Lock()
	t := s.byName[name]
	s.mu.Unlock()
	if t == nil {
		return fmt.Errorf("remove target %q: %w", name, syscall.ENOENT)
	}
	if err := t.remove(); err != nil {
		return fmt.Errorf("remove target %q: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byName, name)
	s.order[t.place] = nil
	s.gone++
	if s.gone > len(s.order)/2 {
		s.order = slices.DeleteFunc(s.order, func(t *Target) bool { return t == nil })
		for i, t := range s.order {
			t.place = i
		}
		s.gone = 0
	}
	return nil
}

// Get returns the target of that name.
func (s *Set) Get(name string) (*Target, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t, ok := s.byName[name]
	return t, ok
}

// Len is the number of targets, the hidden ones not counted.
func (s *Set) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.byName)
}

// List returns the targets in the order in which they were made.
func (s *Set) List() []*Target {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]*Target, 0, len(s.byName))
	for _, t := range s.order {
		if t != nil {
			list = append(list, t)
		}
	}
	return list
}

// AddCmdline makes and enables targets that nobody sees until their directories cmdline0, cmdline1 … are made
// (netconsole=, corpus case cfs-cmdline-ext). One that cannot be enabled stays, disabled or waiting, and the reason is
// in the log. A name that was restored keeps what it has.
func (s *Set) AddCmdline(ctx context.Context, config []netconsole.Target) {
	for i, c := range config {
		name := fmt.Sprintf("cmdline%d", i)
		t := newTarget(s, name, netconsole.AttributesOf(c))
		s.mu.Lock()
		restored := s.byName[name] != nil
		if !restored {
			s.hidden[name] = t
		}
		s.mu.Unlock()
		if restored {
			continue
		}
		_ = t.Store(ctx, "enabled", []byte("1"), 0)
	}
}

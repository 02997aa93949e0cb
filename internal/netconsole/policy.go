package netconsole

import "fmt"

// Policy says what becomes of a target when its device changes.
type Policy int

const (
	// Helpful does what people ask of netconsole: a target waits for what it needs, and goes on.
	Helpful Policy = iota
	// Kernel does what the kernel's netconsole does.
	Kernel
)

// ParsePolicy reads the name of a policy.
func ParsePolicy(s string) (Policy, error) {
	switch s {
	case "helpful":
		return Helpful, nil
	case "kernel":
		return Kernel, nil
	}
	return 0, fmt.Errorf("policy %q: want helpful or kernel", s)
}

func (p Policy) String() string {
	if p == Kernel {
		return "kernel"
	}
	return "helpful"
}

// State is what a target is doing.
type State int

const (
	Disabled State = iota
	// Enabled: records are sent.
	Enabled
	// Paused: the target is enabled, but its device is down or has no carrier.
	Paused
	// Waiting: the target has no device, and begins again when it has (the kernel's STATE_DEACTIVATED). Its file enabled
	// reads 0.
	Waiting
)

func (s State) String() string {
	return [...]string{"disabled", "enabled", "paused", "waiting"}[s]
}

// On reports whether the target has a device: what its file enabled shows.
func (s State) On() bool { return s == Enabled || s == Paused }

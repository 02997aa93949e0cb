package craft

import (
	"errors"
	"fmt"

	"netkmsg/frame"
)

// A Recipe describes a sequence of frames. It is a value: a copy changes on its own.
type Recipe struct {
	SourceMAC, TargetMAC MACs
	VLANs                []VLAN // outermost first
	EtherType            uint16 // 0: the address family's

	SourceIP, TargetIP Addrs
	TrafficClass       Range // IPv6 traffic class, IPv4 type of service
	FlowLabel          Range // IPv6
	HopLimit           Range // IPv6 hop limit, IPv4 time to live
	ID                 Range // IPv4 identification
	DontFragment       bool  // IPv4
	Options            []byte
	Extensions         []frame.Extension // IPv6, in order

	SourcePort, TargetPort Range
	Payload                Payload
	Checksum               Checksum // UDP
	Padding                []byte   // behind the packet
	Faults                 Faults

	Count uint64 // frames; 0: without end, or all that the sweeps have unless it was set
	Seed  uint64

	given uint64 // bit i: Fields()[i] was set
	like  bool   // the rest is from a frame, not default
}

// Checksum is how the UDP checksum comes about.
type Checksum struct {
	Fixed bool   // it is Value instead of being right
	Value uint16 // 0 means none in IPv4, and is against the rules in IPv6
}

// Default returns the recipe with every field at its default.
func Default() Recipe {
	var r Recipe
	for i := range fields {
		f := &fields[i]
		if f.Default == "" {
			continue
		}
		if err := f.set(&r, f.Default); err != nil {
			panic("craft: default of " + f.Name + ": " + err.Error()) // TestDefault would have failed
		}
	}
	r.Payload.from = ""
	return r
}

// Set sets a field by the name of its flag, without the dashes. Several fields
// may be set in any order; setting one again replaces it, but for bad, which
// gathers. The error names the flag.
func (r *Recipe) Set(name, value string) error {
	i, ok := lookup(name)
	if !ok {
		return fmt.Errorf("--%s: no such field", name)
	}
	if err := fields[i].set(r, value); err != nil {
		return &FieldError{Name: name, Err: err}
	}
	r.given |= 1 << i
	return nil
}

// Given reports whether a field was set.
func (r *Recipe) Given(name string) bool {
	i, ok := lookup(name)
	return ok && r.given>>i&1 != 0
}

// FieldError says what is wrong with a field.
type FieldError struct {
	Name string // of the flag, without dashes
	Err  error
}

// Error begins with the flag.
func (e *FieldError) Error() string { return "--" + e.Name + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *FieldError) Unwrap() error { return e.Err }

func faultf(name, format string, args ...any) error {
	return &FieldError{Name: name, Err: fmt.Errorf(format, args...)}
}

var errNotLoaded = errors.New("the file has not been read: Recipe.Load does")

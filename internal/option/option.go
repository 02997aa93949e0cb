// Package option has the flags of a command as values: defined once, read by the rescue binary with Parse, and given to
// the everyday command's own library, pflag, which would be 3 % of the rescue binary. Both understand the same command
// lines.
package option

import (
	"strconv"
	"strings"
	"time"
)

// A Set is the flags of a command, in the order of its help.
type Set struct{ flags []*Flag }

// A Flag is one of them.
type Flag struct {
	Name  string // without its dashes; empty if it has a letter instead
	Short rune   // its letter, for a flag that takes no value
	Usage string // for the help, with what the value is called in `back quotes`
	Value Value
	// NoOptDefVal is the value of the flag alone. Without it the flag takes the next argument. (pflag's name for it.)
	NoOptDefVal string
}

// A Value is where a flag's value goes. pflag's values have the same methods.
type Value interface {
	Set(string) error
	String() string // the default for the help; empty for one not worth showing
	Type() string
}

// All returns the flags.
func (s *Set) All() []*Flag { return s.flags }

// Lookup returns the flag of that name, or nil.
func (s *Set) Lookup(name string) *Flag {
	for _, f := range s.flags {
		if f.Name == name && name != "" {
			return f
		}
	}
	return nil
}

// Var defines a flag. To define one twice is a fault in the program.
//
//go:noinline
func (s *Set) Var(v Value, name, usage string) *Flag {
	if s.Lookup(name) != nil {
		panic("flag defined twice: --" + name)
	}
	f := &Flag{Name: name, Usage: usage, Value: v}
	s.flags = append(s.flags, f)
	return f
}

// StringVar defines a flag.
func (s *Set) StringVar(p *string, name, value, usage string) {
	*p = value
	s.Var((*stringValue)(p), name, usage)
}

// BoolVar defines a flag that is true alone, or --name=true or =false.
func (s *Set) BoolVar(p *bool, name string, value bool, usage string) {
	*p = value
	s.Var((*boolValue)(p), name, usage).NoOptDefVal = "true"
}

// LetterVar defines a flag that is a letter after one dash. The help does not show it.
func (s *Set) LetterVar(p *bool, letter rune) {
	f := s.Var((*boolValue)(p), "", "")
	f.Short, f.NoOptDefVal = letter, "true"
}

// DurationVar defines a flag.
func (s *Set) DurationVar(p *time.Duration, name string, value time.Duration, usage string) {
	*p = value
	s.Var((*durationValue)(p), name, usage)
}

// Uint16Var defines a flag.
func (s *Set) Uint16Var(p *uint16, name string, value uint16, usage string) {
	*p = value
	s.Var((*uint16Value)(p), name, usage)
}

// ArrayVar defines a flag that may be repeated.
func (s *Set) ArrayVar(p *[]string, name, usage string) {
	s.Var((*arrayValue)(p), name, usage)
}

// ListVar defines a flag that may be repeated and takes several values with commas between.
func (s *Set) ListVar(p *[]string, name, usage string) {
	s.Var((*listValue)(p), name, usage)
}

type (
	stringValue   string
	boolValue     bool
	durationValue time.Duration
	uint16Value   uint16
	arrayValue    []string
	listValue     []string
)

func (v *stringValue) Set(s string) error { *v = stringValue(s); return nil }
func (v *stringValue) String() string     { return string(*v) }
func (*stringValue) Type() string         { return "string" }

func (v *boolValue) Set(s string) error {
	b, err := strconv.ParseBool(s)
	*v = boolValue(b)
	return err
}

func (v *boolValue) String() string {
	if *v {
		return "true"
	}
	return ""
}

func (*boolValue) Type() string { return "bool" }

func (v *durationValue) Set(s string) error {
	d, err := time.ParseDuration(s)
	*v = durationValue(d)
	return err
}

func (v *durationValue) String() string {
	if *v == 0 {
		return ""
	}
	return time.Duration(*v).String()
}

func (*durationValue) Type() string { return "duration" }

func (v *uint16Value) Set(s string) error {
	n, err := strconv.ParseUint(s, 0, 16)
	*v = uint16Value(n)
	return err
}

func (v *uint16Value) String() string {
	if *v == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(*v), 10)
}

func (*uint16Value) Type() string { return "uint16" }

func (v *arrayValue) Set(s string) error { *v = append(*v, s); return nil }
func (*arrayValue) String() string       { return "" }
func (*arrayValue) Type() string         { return "array" }

func (v *listValue) Set(s string) error {
	if s != "" {
		*v = append(*v, strings.Split(s, ",")...)
	}
	return nil
}

func (*listValue) String() string { return "" }
func (*listValue) Type() string   { return "list" }

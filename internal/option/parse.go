package option

import (
	"fmt"
	"strings"
)

// Parse sets the flags that are in args and returns the other arguments. Flags may stand between and behind these, up
// to an argument --. Its errors have pflag's words.
func (s *Set) Parse(args []string) (others []string, err error) {
	for len(args) > 0 && err == nil {
		a := args[0]
		args = args[1:]
		switch {
		case a == "--":
			return append(others, args...), nil
		case strings.HasPrefix(a, "--"):
			args, err = s.long(a, args)
		case strings.HasPrefix(a, "-") && a != "-":
			err = s.letters(a[1:])
		default:
			others = append(others, a)
		}
	}
	return others, err
}

// long sets a flag and returns the arguments that it leaves.
func (s *Set) long(a string, args []string) ([]string, error) {
	name, value, given := strings.Cut(a[2:], "=")
	if name == "" || name[0] == '-' {
		return nil, fmt.Errorf("bad flag syntax: %s", a)
	}
	f := s.Lookup(name)
	switch {
	case f == nil:
		return nil, fmt.Errorf("unknown flag: --%s", name)
	case given:
	case f.NoOptDefVal != "":
		value = f.NoOptDefVal
	case len(args) > 0:
		value, args = args[0], args[1:]
	default:
		return nil, fmt.Errorf("flag needs an argument: --%s", name)
	}
	if err := f.Value.Set(value); err != nil {
		return nil, fmt.Errorf("invalid argument %q for \"--%s\" flag: %w", value, name, err)
	}
	return args, nil
}

// letters sets flags that take no value.
func (s *Set) letters(all string) error {
	for i, c := range all {
		f := s.letter(c)
		if f == nil {
			return fmt.Errorf("unknown shorthand flag: %q in -%s", c, all[i:])
		}
		if err := f.Value.Set(f.NoOptDefVal); err != nil {
			return fmt.Errorf("flag -%c: %w", f.Short, err)
		}
	}
	return nil
}

func (s *Set) letter(c rune) *Flag {
	for _, f := range s.flags {
		if f.Short == c && c != 0 {
			return f
		}
	}
	return nil
}

package match

import (
	"fmt"
	"strings"
)

// A Condition is what one field is to be.
type Condition struct {
	Name string // of the field
	Want string // as it was given

	field *Field
	test  func(*Frame) bool
}

// A Match is a list of conditions, all of which are to hold. The zero value
// matches every frame.
type Match []Condition

// Parse reads conditions of the form NAME=VALUE. A switch may stand alone, as
// in "df". The error names the field.
func Parse(conditions ...string) (m Match, err error) {
	for _, s := range conditions {
		name, value, given := strings.Cut(s, "=")
		if f, ok := Lookup(name); ok && !given && f.Arg == "" {
			value = "true"
		}
		if err := m.Set(name, value); err != nil {
			return nil, err
		}
	}
	return m, m.Check()
}

// Must is Parse for conditions that are known to be right, as in tests. It
// panics if they are not.
func Must(conditions ...string) Match {
	m, err := Parse(conditions...)
	if err != nil {
		panic(err)
	}
	return m
}

// Set adds a condition, given by the name of its flag without dashes, as Fields
// lists them, or by its second name. The error begins with the flag.
func (m *Match) Set(name, value string) error {
	f, ok := Lookup(name)
	if !ok {
		return fmt.Errorf("--%s: no such field", name)
	}
	test, err := f.parse(value)
	if err != nil {
		return fmt.Errorf("--%s: %w", name, err)
	}
	*m = append(*m, Condition{name, value, f, test})
	return nil
}

// String returns the conditions as Parse reads them, with blanks between.
func (m Match) String() string {
	var b strings.Builder
	for i, c := range m {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.Name + "=" + c.Want)
	}
	return b.String()
}

// Matches reports whether all conditions hold.
func (m Match) Matches(f Frame) bool {
	for i := range m {
		if !m[i].test(&f) {
			return false
		}
	}
	return true
}

// near says how near the frame comes: the number of conditions that hold, and
// among equals how telling these are.
func (m Match) near(f *Frame) (n, weight int) {
	for i := range m {
		if m[i].test(f) {
			n++
			weight += m[i].field.weight
		}
	}
	return n, weight
}

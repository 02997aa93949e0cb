package match

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"netkmsg/internal/hexdiff"
)

// A Verdict is how a frame meets one condition.
type Verdict struct {
	Name, Want string
	Got        string // the field as the frame has it, or why there is none
	Agrees     bool
}

// A Result has a verdict on each condition, in their order.
type Result struct {
	Verdicts []Verdict

	payload, got []byte // if the payload was to be just this
}

// Test judges a frame by all conditions.
func (m Match) Test(f Frame) (r Result) {
	for _, c := range m {
		ok := c.test(&f)
		got, missing := c.field.read(&f)
		if missing != "" {
			got = "(" + missing + ")"
		}
		r.Verdicts = append(r.Verdicts, Verdict{c.Name, c.Want, got, ok})
		if want, exact := c.field.bytes(c.Want); exact && !ok && missing == "" {
			r.payload, r.got = want, f.Payload
		}
	}
	return r
}

// Agreeing returns the number of conditions that hold.
func (r Result) Agreeing() (n int) {
	for _, v := range r.Verdicts {
		if v.Agrees {
			n++
		}
	}
	return n
}

// All reports whether all conditions hold.
func (r Result) All() bool { return r.Agreeing() == len(r.Verdicts) }

// String returns a table with a line for each condition, those that do not hold
// marked, and a dump of how the payload differs from one given in full.
func (r Result) String() string {
	name, want := len("field"), len("wanted")
	for _, v := range r.Verdicts {
		name, want = max(name, len(v.Name)), max(want, utf8.RuneCountInString(v.Want))
	}
	want = min(want, 48)
	var b strings.Builder
	fmt.Fprintf(&b, "    %-*s  %-*s  %s\n", name, "field", want, "wanted", "got")
	for _, v := range r.Verdicts {
		mark := "  "
		if !v.Agrees {
			mark = "✗ "
		}
		fmt.Fprintf(&b, "  %s%-*s  %-*s  %s\n", mark, name, v.Name, want, v.Want, v.Got)
	}
	if r.payload != nil {
		b.WriteString("  payload: " + strings.TrimSuffix(strings.ReplaceAll(hexdiff.Diff("payloads", r.payload, r.got), "\n", "\n  "), "  "))
	}
	return b.String()
}

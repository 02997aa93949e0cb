package netconsole

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Grammar is the form of a target, for messages and help.
const Grammar = "[+][r][source port]@[source address]/[device],[target port]@target address/[target MAC address]"

// A SyntaxError is one fault in a netconsole= line.
type SyntaxError struct {
	Line   string // the whole line, as it was given to Parse
	Offset int    // bytes of Line in front of the fault
	Len    int    // bytes of the fault; 0 if something is missing at Offset
	Msg    string // what is wrong
	Hint   string // what to do; may be empty
}

// Error returns the fault, its place and the remedy in one line.
func (e *SyntaxError) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("netconsole line, character %d: %s", e.character(), e.Msg)
	}
	return fmt.Sprintf("netconsole line, character %d: %s (%s)", e.character(), e.Msg, e.Hint)
}

// character is the place as people count it.
func (e *SyntaxError) character() int { return utf8.RuneCountInString(e.Line[:e.Offset]) + 1 }

// Detail returns several lines for a terminal: what is wrong, the line with a mark under the place, the remedy, and the
// grammar. The last line has no newline.
func (e *SyntaxError) Detail() string { return SyntaxErrors{e}.Detail() }

func (e *SyntaxError) picture() string {
	line, mark := e.draw()
	s := fmt.Sprintf("netconsole line, character %d: %s\n    %s\n    %s\n", e.character(), e.Msg, line, mark)
	if e.Hint != "" {
		s += e.Hint + "\n"
	}
	return s
}

// SyntaxErrors are the faults of a line in its order, at least one, at most one a target.
type SyntaxErrors []*SyntaxError

// Error returns all faults in one line.
func (l SyntaxErrors) Error() string {
	all := make([]string, len(l))
	for i, e := range l {
		all[i] = e.Error()
	}
	return strings.Join(all, "; ")
}

// Unwrap lets errors.As find the first *SyntaxError.
func (l SyntaxErrors) Unwrap() []error {
	all := make([]error, len(l))
	for i, e := range l {
		all[i] = e
	}
	return all
}

// Detail returns several lines for a terminal: for each fault what is wrong, the line with a mark under the place, and
// the remedy; then the grammar. The last line has no newline.
func (l SyntaxErrors) Detail() string {
	var b strings.Builder
	for _, e := range l {
		b.WriteString(e.picture())
	}
	return b.String() + "expected: " + Grammar
}

// Package doctor says what is wrong with a netconsole= target on this host: what keeps the log from arriving, what may,
// and what a person should know. [Gather] asks the host and the wire; [Examine], with neither I/O nor clock, goes
// through the rules; each [Finding] is a fact, its consequence and the command that mends it.
package doctor

import (
	"cmp"
	"slices"
)

// A Severity says how bad a finding is.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"   // the log, or a part of it, does not arrive
	Warning Severity = "warning" // it may not arrive, or not always
	Note    Severity = "note"    // it arrives; but this is often asked, or taken for the reason
)

// A Finding is one thing that a good engineer would point out.
type Finding struct {
	Severity    Severity `json:"severity"`
	Code        string   `json:"code"` // a name that does not change, such as wrong-mac
	Fact        string   `json:"fact"`
	Consequence string   `json:"consequence"`
	Remedy      []string `json:"remedy,omitempty"` // commands; lines that begin with # are advice
}

// findings gathers them.
type findings struct {
	Facts
	list []Finding
}

func (f *findings) add(s Severity, code, fact, consequence string, remedy ...string) {
	f.list = append(f.list, Finding{s, code, fact, consequence, remedy})
}

// Examine returns what is to be said of the facts, worst first.
func Examine(facts Facts) []Finding {
	f := &findings{Facts: facts}
	f.permission()
	if f.device() {
		f.kernel()
		if f.addresses() {
			f.hop()
			f.route()
		}
	}
	f.log()
	rank := map[Severity]int{Error: 0, Warning: 1, Note: 2}
	slices.SortStableFunc(f.list, func(a, b Finding) int { return cmp.Compare(rank[a.Severity], rank[b.Severity]) })
	return f.list
}

// Count returns how many of the findings are of a severity.
func Count(fs []Finding, s Severity) (n int) {
	for _, f := range fs {
		if f.Severity == s {
			n++
		}
	}
	return n
}

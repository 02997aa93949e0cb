package output

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"netkmsg/kmsg"
)

// FilterError says where a filter stopped making sense.
type FilterError struct {
	Filter string
	Offset int // bytes from its start
	What   string
}

func (e *FilterError) Error() string {
	return fmt.Sprintf("filter %q, at %q: %s", e.Filter, e.Filter[e.Offset:], e.What)
}

// Filters let pass what each of them lets pass.
type Filters []Filter

// Match reports whether the record passes.
func (f Filters) Match(m *kmsg.Message) bool {
	for i := range f {
		if !f[i].Match(m) {
			return false
		}
	}
	return true
}

// MatchNotice reports whether the notice passes.
func (f Filters) MatchNotice(n *kmsg.Notice) bool {
	for i := range f {
		if !f[i].MatchNotice(n) {
			return false
		}
	}
	return true
}

// Filter is one condition on records; see [ParseFilter].
type Filter struct {
	test   test
	negate bool
}

// test is what a filter's key does.
type test interface {
	message(m *kmsg.Message) bool
	host(h netip.AddrPort) (ok, applies bool)
}

// Match reports whether the record passes. It does not allocate.
func (f Filter) Match(m *kmsg.Message) bool { return f.test.message(m) != f.negate }

// MatchNotice reports whether the notice passes: all do that are of a host that
// the filter lets pass, or of none.
func (f Filter) MatchNotice(n *kmsg.Notice) bool {
	if !n.Host.IsValid() {
		return true
	}
	ok, applies := f.test.host(n.Host)
	return !applies || ok != f.negate
}

// operators, longest first.
var operators = [...]string{"!=", "!~", "<=", ">=", "=", "~", "<", ">"}

// ParseFilter reads a condition:
//
//	host=LIST          addresses, prefixes such as 192.0.2.0/24, ADDRESS:PORT, names known to names
//	severity<=LEVEL    name or number; also = < > >= and a list after =; 0 is the worst
//	facility=LIST      names or numbers
//	text~REGEXP        RE2, on the text with its escapes undone
//
// LIST is separated by commas. != and !~ negate. A record that does not tell its
// priority counts as kern.warning, as it does in the kernel. An error is a
// *[FilterError].
func ParseFilter(spec string, names *Names) (Filter, error) {
	fail := func(offset int, what string, args ...any) (Filter, error) {
		return Filter{}, &FilterError{spec, offset, fmt.Sprintf(what, args...)}
	}
	end := strings.IndexAny(spec, "!=<>~")
	if end < 0 {
		return fail(len(spec), "want = or another operator, as in host=192.0.2.1, severity<=err, facility=kern or text~REGEXP")
	}
	key := spec[:end]
	op := ""
	for _, o := range operators {
		if strings.HasPrefix(spec[end:], o) {
			op = o
			break
		}
	}
	at := end + len(op)
	value := spec[at:]
	wrong := ""
	f := Filter{negate: strings.HasPrefix(op, "!")}
	switch key {
	case "host", "facility":
		wrong = strings.Trim(op, "!=")
	case "severity", "level":
		wrong = strings.Trim(op, "!=<>")
	case "text":
		wrong = strings.Trim(op, "!~")
	default:
		return fail(0, "want host, severity, facility or text")
	}
	switch {
	case wrong != "" || op == "":
		return fail(end, "%s does not go with this operator", key)
	case value == "":
		return fail(at, "want a value behind %s", op)
	}
	if key == "text" {
		re, err := regexp.Compile(value)
		if err != nil {
			return fail(at, "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		f.test = &textTest{re: re}
		return f, nil
	}
	var err error
	switch key {
	case "host":
		f.test, at, err = parseHosts(value, at, names)
	case "facility":
		f.test, at, err = parseFacilities(value, at)
	default:
		f.test, at, err = parseSeverities(value, at, strings.TrimPrefix(op, "!"))
	}
	if err != nil {
		return fail(at, "%s", err)
	}
	return f, nil
}

package output

import (
	"bytes"
	"fmt"
	"iter"
	"net/netip"
	"regexp"
	"strings"
	"sync"

	"netkmsg/kmsg"
)

// items yields the parts of a list with their offsets.
func items(list string, at int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for s := range strings.SplitSeq(list, ",") {
			if !yield(at, s) {
				return
			}
			at += len(s) + 1
		}
	}
}

// anyHost is embedded by tests that say nothing of hosts.
type anyHost struct{}

func (anyHost) host(netip.AddrPort) (ok, applies bool) { return true, false }

type facilityTest struct {
	anyHost
	list []int
}

func parseFacilities(list string, at int) (test, int, error) {
	t := &facilityTest{}
	for at, s := range items(list, at) {
		n, ok := facilityNumber(s)
		if !ok {
			return nil, at, fmt.Errorf("want a number or one of %s", strings.Join(facilities[:], ", "))
		}
		t.list = append(t.list, n)
	}
	return t, 0, nil
}

func (t *facilityTest) message(m *kmsg.Message) bool {
	for _, n := range t.list {
		if m.Facility() == n {
			return true
		}
	}
	return false
}

// severityTest is a set of levels, a bit each.
type severityTest struct {
	anyHost
	levels uint8
}

func parseSeverities(list string, at int, op string) (test, int, error) {
	t := &severityTest{}
	for at, s := range items(list, at) {
		n, ok := severityNumber(s)
		switch {
		case !ok:
			return nil, at, fmt.Errorf("want 0 to 7 or one of %s", strings.Join(severities[:], ", "))
		case op != "=" && s != list:
			return nil, at, fmt.Errorf("a list goes with = and != only")
		}
		for l := range 8 {
			if l == n && op != "<" && op != ">" || l < n && op[0] == '<' || l > n && op[0] == '>' {
				t.levels |= 1 << l
			}
		}
	}
	return t, 0, nil
}

func (t *severityTest) message(m *kmsg.Message) bool { return t.levels>>m.Level()&1 != 0 }

type textTest struct {
	anyHost
	re      *regexp.Regexp
	scratch sync.Pool // of *[]byte
}

func (t *textTest) message(m *kmsg.Message) bool {
	if !m.Basic && bytes.IndexByte(m.Text, '\\') < 0 {
		return t.re.Match(m.Text)
	}
	b, ok := t.scratch.Get().(*[]byte)
	if !ok {
		b = new([]byte)
	}
	defer t.scratch.Put(b)
	*b = m.AppendText((*b)[:0])
	return t.re.Match(*b)
}

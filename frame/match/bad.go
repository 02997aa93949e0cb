package match

import (
	"fmt"
	"slices"
	"strings"

	"netkmsg/frame"
)

// kinds are craft's words for faults.
var kinds = []string{"checksum", "ip-checksum", "length", "version", "truncate"}

// kindOf returns the word for a fault, "" for one that has none.
func kindOf(e *frame.ParseError) string {
	switch {
	case e.Layer+" "+e.Field == "UDP Checksum":
		return "checksum"
	case e.Layer+" "+e.Field == "IPv4 Header Checksum":
		return "ip-checksum"
	case e.Err == frame.ErrTruncated:
		return "truncate"
	case e.Field == "Version":
		return "version"
	case e.Field == "Length" || e.Field == "Total Length" || e.Field == "Payload Length":
		return "length"
	}
	return ""
}

// faultsOf returns a frame's faults; that it is of another protocol is none.
func faultsOf(f *Frame) []*frame.ParseError {
	if f.Data == nil {
		return nil
	}
	return f.Faults()
}

func bad(s string) (func(*Frame) bool, error) {
	switch {
	case s == "none":
		return func(f *Frame) bool { return len(faultsOf(f)) == 0 }, nil
	case s == "any":
		return func(f *Frame) bool { return len(faultsOf(f)) > 0 }, nil
	case !slices.Contains(kinds, s):
		return nil, fmt.Errorf("%q: want none, any, %s", s, strings.Join(kinds, ", "))
	}
	return func(f *Frame) bool {
		return slices.ContainsFunc(faultsOf(f), func(e *frame.ParseError) bool { return kindOf(e) == s })
	}, nil
}

func showFaults(f *Frame) (string, string) {
	var list []string
	for _, e := range faultsOf(f) {
		list = append(list, fmt.Sprintf("%s %s is %s, should be %s", e.Layer, e.Field, e.Got, e.Want))
	}
	if len(list) == 0 {
		return "none", ""
	}
	return strings.Join(list, "; "), ""
}

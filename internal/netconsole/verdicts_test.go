package netconsole

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestKernelVerdicts holds Parse against what a real kernel accepted and refused, and where it gave up. The file says
// how to read it.
func TestKernelVerdicts(t *testing.T) {
	file, err := os.ReadFile("testdata/kernel_verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, row := range strings.Split(string(file), "\n") {
		if row == "" || row[0] == '#' {
			continue
		}
		n++
		cols := append(strings.Split(row, "\t"), "")
		line, err := strconv.Unquote(cols[0])
		if err != nil {
			t.Fatalf("%s: %v", row, err)
		}
		verdicts, stricter := strings.Split(cols[1], " | "), cols[2]
		targets, err := Parse(line)
		switch {
		case stricter != "":
			if err == nil {
				t.Errorf("%s: accepted, though %s", cols[0], stricter)
			}
		case allOK(verdicts):
			if err != nil || len(targets) != len(verdicts) {
				t.Errorf("%s: %d targets, %v; want %d", cols[0], len(targets), err, len(verdicts))
				continue
			}
			for i, v := range verdicts {
				if v != "ok" && v != banner(targets[i]) {
					t.Errorf("%s:\ngot  %s\nwant %s", cols[0], banner(targets[i]), v)
				}
			}
		case err == nil:
			t.Errorf("%s: accepted: %v; the kernel says %s", cols[0], targets, cols[1])
		default:
			places(t, line, verdicts, err.(SyntaxErrors))
		}
	}
	if n < 150 {
		t.Errorf("%d rows, want 150 at least", n)
	}
}

func allOK(verdicts []string) bool {
	for _, v := range verdicts {
		if v != "ok" && !strings.HasPrefix(v, "ok ") {
			return false
		}
	}
	return true
}

// banner writes a target as the kernel does when it takes one.
func banner(t Target) string {
	local := "0.0.0.0"
	if t.LocalAddr.IsValid() {
		local = t.LocalAddr.String()
	} else if t.RemoteAddr.Is6() {
		local = "::"
	}
	// The kernel prints the low half of an IPv4-compatible address in hexadecimal, as netip does.
	return fmt.Sprintf("ok %d %s %q %d %s %s", t.LocalPort, local, t.Device, t.RemotePort, t.RemoteAddr, t.RemoteMAC)
}

// places wants a fault in each target that the kernel refused, within or beside the text that it gave.
func places(t *testing.T, line string, verdicts []string, faults SyntaxErrors) {
	pieces := strings.Split(line, ";")
	if len(pieces) != len(verdicts) {
		return // the kernel cut the line at a blank
	}
	start := 0
	for i, v := range verdicts {
		piece := pieces[i]
		if quoted, ok := strings.CutPrefix(v, "at "); ok && !joined(faults, start) {
			at, _ := strconv.Unquote(quoted)
			near := func(e *SyntaxError) bool {
				for j := range piece {
					from := start + j
					if strings.HasPrefix(line[from:], at) && e.Offset <= from+len(at) && e.Offset+e.Len >= from {
						return true
					}
				}
				return at == "" && start-1 <= e.Offset && e.Offset <= start+len(piece)
			}
			found := false
			for _, e := range faults {
				found = found || near(e)
			}
			if !found {
				t.Errorf("%q: no fault in target %d near %q:\n%v", line, i+1, at, faults)
			}
		}
		start += len(piece) + 1
	}
}

// joined reports whether a fault is the semicolon before offset start, so that what follows is part of the same target.
func joined(faults SyntaxErrors, start int) bool {
	for _, e := range faults {
		if e.Offset == start-1 && e.Len == 1 && strings.HasPrefix(e.Msg, "a ; starts") {
			return true
		}
	}
	return false
}

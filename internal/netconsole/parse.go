package netconsole

import (
	"fmt"
	"strings"
)

// blanks are what the kernel's isspace takes for one, in ASCII.
const blanks = " \t\n\v\f\r"

// Parse reads a netconsole= line: what stands behind the = of the kernel's parameter, with or without netconsole= or
// netconsole.netconsole= in front, with or without double quotes around, and with at most one newline at its end.
// The error is a [SyntaxErrors] with every target that is at fault.
func Parse(line string) ([]Target, error) {
	value, err := unwrap(line)
	if err != nil {
		return nil, SyntaxErrors{err}
	}
	var targets []Target
	var faults SyntaxErrors
	for start := value.at; start <= value.end(); {
		end := pieceEnd(value, start)
		t, err := parseTarget(line, start, end)
		if err != nil && err.missing == comma && end < value.end() && joins(line, start, end, pieceEnd(value, end+1)) {
			err = fault(span{end, ";"}, "a ; starts a new target, but this one is not finished", "write , between device and target port")
			end = pieceEnd(value, end+1)
		}
		switch {
		case err == nil:
			targets = append(targets, t)
		case len(faults) == 0 || faults[len(faults)-1].Offset != err.Offset: // a lone ; has an empty target on both sides
			err.Line = line
			faults = append(faults, &err.SyntaxError)
		}
		start = end + 1
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return targets, nil
}

// pieceEnd returns where the target that starts at start ends.
func pieceEnd(value span, start int) int {
	if i := strings.IndexByte(value.text[start-value.at:], ';'); i >= 0 {
		return start + i
	}
	return value.end()
}

// unwrap takes everything off the line that is not the parameter's value.
func unwrap(line string) (span, *SyntaxError) {
	v := span{0, strings.TrimSuffix(line, "\n")}
	for _, prefix := range []string{`"`, "netconsole=", "netconsole.netconsole=", `"`} {
		rest, ok := strings.CutPrefix(v.text, prefix)
		if !ok {
			continue
		}
		v = span{v.at + len(prefix), rest}
		if prefix != `"` {
			continue
		}
		if rest, ok = strings.CutSuffix(rest, `"`); !ok {
			return v, &SyntaxError{line, v.at - 1, 1, `this " has no partner at the end of the line`, "take it away"}
		}
		v.text = rest
	}
	if strings.HasSuffix(v.text, `"`) {
		return v, &SyntaxError{line, v.end() - 1, 1, `this " has no partner at the start of the line`, "take it away"}
	}
	if n := len(v.text); n > MaxLine {
		return v, &SyntaxError{line, v.at + MaxLine, n - MaxLine,
			fmt.Sprintf("the line has %d characters, the kernel takes %d", n, MaxLine),
			"defaults need not be written out; more targets can go into a line of their own"}
	}
	if v.text == "" {
		return v, &SyntaxError{line, v.at, 0, "there is no target", "the shortest is @/,@ADDRESS/ with the address of the receiver"}
	}
	return v, nil
}

// joins reports whether a comma in place of the semicolon at end makes a target of what is on both sides.
func joins(line string, start, end, next int) bool {
	_, err := parseTarget(line[:end]+","+line[end+1:], start, next)
	return err == nil
}

package output

import "os"

// style is a terminal's sequence for a way to write (ECMA-48, select graphic
// rendition). Only the eight colours that each terminal has are used, so that a
// reader's own palette holds.
type style string

const (
	noStyle style = ""
	dim     style = "\x1b[2m"
	bold    style = "\x1b[1m"
	red     style = "\x1b[31m"
	redBold style = "\x1b[1;31m"
	redBack style = "\x1b[1;37;41m"
	yellow  style = "\x1b[33m"
	reset         = "\x1b[0m"
)

var severityStyles = [8]style{redBack, redBack, redBold, red, yellow, bold, noStyle, dim}

// hostStyles tell hosts apart, in the order in which they were first heard. Red and yellow have a meaning of their own.
var hostStyles = [...]style{"\x1b[36m", "\x1b[32m", "\x1b[35m", "\x1b[34m", "\x1b[96m", "\x1b[92m", "\x1b[95m", "\x1b[94m"}

// UseColour reports whether output to f should be coloured: it is a terminal
// that can, and NO_COLOR (https://no-color.org) is unset or empty.
func UseColour(f *os.File) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && IsTerminal(f)
}

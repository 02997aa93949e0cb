package netconsole

import (
	"iter"
	"slices"
	"strings"
)

// FromCmdline finds the parameter netconsole= (or netconsole.netconsole=) in the text of /proc/cmdline and returns its
// value for [Parse].
func FromCmdline(cmdline string) (line string, found bool) {
	return Param(cmdline, "netconsole", "netconsole.netconsole")
}

// BootLine returns the line that a boot's log is to be sent to: that of netkmsg=, which is ours alone, else of
// netconsole=, which a kernel with netconsole takes too. An empty one is none.
func BootLine(cmdline string) (line string, found bool) {
	line, found = Param(cmdline, "netkmsg")
	if !found {
		line, _ = FromCmdline(cmdline)
	}
	return line, line != ""
}

// Param returns the value of a parameter, under any of its names, in the text of /proc/cmdline; of several the last, as
// in the kernel.
func Param(cmdline string, names ...string) (value string, found bool) {
	for arg := range Params(cmdline) {
		if name, v, ok := strings.Cut(arg, "="); ok && slices.Contains(names, name) {
			value, found = unquote(v), true
		}
	}
	return value, found
}

// Params yields the parameters in the text of /proc/cmdline. It reads the line as the kernel does (next_arg in
// lib/cmdline.c): blanks separate parameters, double quotes hold them together and are dropped around a whole
// parameter, and -- ends the kernel's part.
func Params(cmdline string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			arg, rest := nextArg(strings.TrimLeft(cmdline, blanks))
			if arg == "" && rest == "" || arg == "--" || !yield(arg) {
				return
			}
			cmdline = rest
		}
	}
}

// nextArg cuts the first parameter off, without the quotes around all of it.
func nextArg(s string) (arg, rest string) {
	quoted := false
	end := strings.IndexFunc(s, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && strings.ContainsRune(blanks, r)
	})
	if end < 0 {
		end = len(s)
	}
	arg, rest = s[:end], s[end:]
	return unquote(arg), rest
}

// unquote drops a quote in front, and then one at the end too.
func unquote(s string) string {
	if s, ok := strings.CutPrefix(s, `"`); ok {
		return strings.TrimSuffix(s, `"`)
	}
	return s
}

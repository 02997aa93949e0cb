package netconsole

import "strings"

// FromCmdline finds the parameter netconsole= (or netconsole.netconsole=) in the text of /proc/cmdline and returns its
// value for [Parse]; of several the last, as in the kernel. It reads the line as the kernel does (next_arg in
// lib/cmdline.c): blanks separate parameters, double quotes hold them together and are dropped around a value or a
// whole parameter, and -- ends the kernel's part.
func FromCmdline(cmdline string) (line string, found bool) {
	for {
		arg, rest := nextArg(strings.TrimLeft(cmdline, blanks))
		if arg == "" && rest == "" || arg == "--" {
			return line, found
		}
		cmdline = rest
		name, value, ok := strings.Cut(arg, "=")
		if ok && (name == "netconsole" || name == "netconsole.netconsole") {
			line, found = unquote(value), true
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

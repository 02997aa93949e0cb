// Package version says which netkmsg this is.
package version

import "runtime/debug"

// Version is set by the linker (see Makefile).
var Version = ""

// String returns the version: the linker's, else the module's.
func String() string {
	if Version != "" {
		return Version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "unknown"
}
